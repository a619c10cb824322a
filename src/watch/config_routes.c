/* Routes and maintenance windows, and what of them only the whole can show. */
#include "watch/config_inside.h"
#include "base/nearest.h"
#include <string.h>

bool config_route_item(struct config_reader *r, const struct yaml_node *v)
{
	struct route route = { 0 };
	if (!config_section_read(r, IN_ROUTE, v, &route))
		return false;
	list_push(r->arena, &r->config->routes, route);
	return true;
}

bool config_window_item(struct config_reader *r, const struct yaml_node *v)
{
	struct config_window_item item = { .w = { .until = WALL_NEVER, .why = "" } };
	if (!config_section_read(r, IN_WINDOW, v, &item))
		return false;
	if (item.w.from.s >= item.w.until.s)
		return config_fault(r, yaml_get(v, "until"), "until: this is not after from:");
	for (uint32_t i = 0; i < item.patterns.n; i++) {
		struct config_window w = item.w;
		w.pattern = item.patterns.at[i];
		list_push(r->arena, &r->config->windows, w);
	}
	return true;
}

static void check_channel_word(struct config_reader *r, const struct yaml_node *word)
{
	const struct config *c = r->config;
	for (uint32_t i = 0; i < c->channels.n; i++)
		if (strcmp(c->channels.at[i].name, word->text) == 0)
			return;
	const char *near = c->channels.n > 0 ? nearest_word(word->text, &c->channels.at[0].name, c->channels.n, sizeof c->channels.at[0]) : NULL;
	config_fault(r, word, "there is no channel \"%s\"%s%s%s", config_shown(r, word->text), near != NULL ? " (did you mean " : "",
		     near != NULL ? near : "", near != NULL ? "?)" : "");
}

/* Whether any item of channels: was refused: then a name that is missing here is no second fault. */
static bool channels_whole(const struct config_reader *r, const struct yaml_node *root)
{
	const struct yaml_node *list = yaml_get(root, "channels");
	return list == NULL || list->kind != YAML_LIST || list->items.n == r->config->channels.n;
}

void config_check_routes(struct config_reader *r, const struct yaml_node *root)
{
	const struct yaml_node *routes = yaml_get(root, "routes");
	if (routes == NULL || routes->kind != YAML_LIST || !channels_whole(r, root))
		return;
	for (uint32_t i = 0; i < routes->items.n; i++) {
		const struct yaml_node *names = yaml_get(routes->items.at[i], "channels");
		if (names != NULL && names->kind == YAML_TEXT)
			check_channel_word(r, names);
		for (uint32_t n = 0; names != NULL && names->kind == YAML_LIST && n < names->items.n; n++)
			check_channel_word(r, names->items.at[n]);
	}
}

static void check_order(struct config_reader *r, const struct yaml_node *v, const int64_t *at, uint32_t n, bool rising)
{
	for (uint32_t i = 1; v != NULL && v->kind == YAML_LIST && i < n && i < v->items.n; i++)
		if (rising ? at[i] <= at[i - 1] : at[i] >= at[i - 1]) {
			config_fault(r, v->items.at[i], "%s comes after %s: each must be %s than the one before", v->items.at[i]->text,
				     v->items.at[i - 1]->text, rising ? "longer" : "shorter");
			return;
		}
}

void config_check_numbers(struct config_reader *r, const struct yaml_node *root)
{
	const struct config *c = r->config;
	const struct yaml_node *thresholds = yaml_get(root, "thresholds");
	check_order(r, yaml_get(thresholds, "ladder"), c->ladder_s, c->n_ladder, false);
	check_order(r, yaml_get(root, "remind"), c->remind_s, c->n_remind, true);
	if (c->sig_crit_fraction > c->sig_warn_fraction)
		config_fault(r, thresholds != NULL ? thresholds : root, "thresholds: signature_critical is above signature_warning");
	if (!c->use_ipv4 && !c->use_ipv6)
		config_fault(r, yaml_get(root, "ipv4") != NULL ? yaml_get(root, "ipv4") : root, "ipv4 and ipv6 are both false: nothing could be asked");
}
