/* config -- the configuration a command works with: -c FILE, else $DNSVIGIL_CONFIG, else /etc/dnsvigil/dnsvigil.yaml. */
#pragma once
#include "cli/options.h"
#include "watch/config.h"

const char *config_path_asked(const struct options *o);
/* 0, or the exit code after every fault was told on stderr as FILE:LINE:COLUMN: text. */
int config_load(const struct options *o, struct arena *a, struct config **out);
/* The same without the secrets: they belong to the service, and its environment is not that of who types. */
int config_load_for_zones(const struct options *o, struct arena *a, struct config **out);
/* --store, else the configured one; 0, or the exit code. */
int config_store_path(const struct options *o, struct arena *a, const char **out);
