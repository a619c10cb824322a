/* Addresses, and the files that say where a resolver begins. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <stdio.h>
#include <string.h>

enum { DNS_PORT = 53, RECORDS_BYTES = 1 << 20, TTL = 3600 };
typedef LIST(struct addr) addrs;

bool config_read_addr(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	struct addr a;
	char text[ADDR_TEXT_MAX];
	if (!config_is_word(r, k, v))
		return false;
	if (!addr_from_text(v->text, 0, &a) || a.port != 0)
		return config_fault(r, v, "%s: \"%s\" is no address (like 127.0.0.1 or ::1; the port has a key of its own)", k->name,
				    config_shown(r, v->text));
	*(const char **)field = arena_text(r->arena, addr_text(&a, text));
	return true;
}

static bool one_addr(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	addrs *list = field;
	struct addr a;
	if (!addr_from_text(v->text, DNS_PORT, &a))
		return config_fault(r, v, "%s: \"%s\" is no address (like 9.9.9.9, 2620:fe::fe, 127.0.0.1#5353)", k->name,
				    config_shown(r, v->text));
	for (uint32_t i = 0; i < list->n; i++)
		if (addr_equal(&list->at[i], &a))
			return config_fault(r, v, "%s: %s stands here twice", k->name, config_shown(r, v->text));
	if (list->n >= LIMIT_CONFIG_RESOLVERS)
		return config_fault(r, v, "%s: more than %d", k->name, LIMIT_CONFIG_RESOLVERS);
	list_push(r->arena, list, a);
	return true;
}

bool config_read_addrs(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_addr);
}

void config_show_addrs(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const addrs *list = field;
	char text[ADDR_TEXT_MAX];
	(void)a, (void)k;
	for (uint32_t i = 0; i < list->n; i++)
		text_addf(out, "%s\"%s\"", i == 0 ? "[" : ", ", addr_port_text(&list->at[i], text));
	text_add(out, list->n > 0 ? "]" : "");
}

static const enum addr_class classes[] = { ADDR_PRIVATE, ADDR_LOOPBACK, ADDR_LINK, ADDR_DOC };
enum { N_CLASSES = sizeof classes / sizeof classes[0] };

static bool one_class(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	for (unsigned i = 0; i < N_CLASSES; i++)
		if (strcmp(v->text, addr_class_text(classes[i])) == 0) {
			*(uint8_t *)field |= (uint8_t)classes[i];
			return true;
		}
	return config_fault(r, v, "%s: \"%s\" is none of: private loopback link-local documentation", k->name, config_shown(r, v->text));
}

bool config_read_classes(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_class);
}

void config_show_classes(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	bool any = false;
	(void)a, (void)k;
	for (unsigned i = 0; i < N_CLASSES; i++)
		if ((*(const uint8_t *)field & classes[i]) != 0) {
			text_addf(out, "%s%s", any ? ", " : "[", addr_class_text(classes[i]));
			any = true;
		}
	text_add(out, any ? "]" : "");
}

static bool read_records(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, zone_records *out)
{
	size_t len;
	struct err_at at;
	if (!config_is_word(r, k, v))
		return false;
	const char *path = config_path(r, v->text), *text = config_file(r, v, path, RECORDS_BYTES, &len);
	if (text == NULL)
		return false;
	if (zone_parse(r->arena, text, len, ".", TTL, path, out, &at) != E_OK)
		return config_fault_at(r, path, at.line, 1, "%s", at.text);
	return true;
}

/* With NS records of the root: only the servers they name. */
static bool is_root_server(const zone_records *records, const uint8_t *name)
{
	bool any = false;
	for (uint32_t i = 0; i < records->n; i++) {
		const struct zone_record *rec = &records->at[i];
		if (rec->type != TYPE_NS || name_labels(rec->owner) != 0)
			continue;
		any = true;
		if (name_equal(rdata_name(rec->rd), name))
			return true;
	}
	return !any;
}

bool config_read_hints(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	struct config *c = field;
	zone_records records;
	if (!read_records(r, k, v, &records))
		return false;
	for (uint32_t i = 0; i < records.n; i++) {
		const struct zone_record *rec = &records.at[i];
		struct hint h = { .name = rec->owner };
		if ((rec->type == TYPE_A || rec->type == TYPE_AAAA) && is_root_server(&records, rec->owner) &&
		    addr_from_ip(rec->rd.at, rec->rd.len, DNS_PORT, &h.addr))
			list_push(r->arena, &c->hints, h);
	}
	c->has_hints = true;
	return c->hints.n > 0 || config_fault(r, v, "%s: no root server with an address in %s", k->name, config_shown(r, v->text));
}

bool config_read_anchors(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	struct config *c = field;
	zone_records records;
	if (!read_records(r, k, v, &records))
		return false;
	for (uint32_t i = 0; i < records.n; i++) {
		const struct zone_record *rec = &records.at[i];
		if (rec->type == TYPE_DS || rec->type == TYPE_DNSKEY)
			list_push(r->arena, &c->anchors, (struct anchor){ rec->owner, rec->type, rec->rd });
	}
	c->has_anchors = true;
	return c->anchors.n > 0 || records.n == 0 ||
	       config_fault(r, v, "%s: no DS and no DNSKEY in %s (an empty file means no trust anchor)", k->name, config_shown(r, v->text));
}
