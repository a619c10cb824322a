/* Lists of mappings: zones, channels, routes, windows. */
#include "watch/config_inside.h"

bool config_read_items(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	static bool (*const one[CONFIG_SECTIONS])(struct config_reader *, const struct yaml_node *) = {
		[IN_ZONE] = config_zone_item, [IN_CHANNEL] = config_channel_item,
		[IN_ROUTE] = config_route_item, [IN_WINDOW] = config_window_item,
	};
	bool fine = true;
	(void)field;
	if (v->kind != YAML_LIST)
		return config_fault(r, v, "%s wants a list (lines that begin with \"- \", or [a, b])", k->name);
	for (uint32_t i = 0; i < v->items.n; i++)
		fine &= one[k->sub](r, v->items.at[i]);
	return fine;
}
