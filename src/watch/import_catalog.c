/* A catalog zone as a file (RFC 9432): version "2", members, and their properties group and coo. A broken catalog is not
 * processed at all (section 5.1). */
#include "watch/import_inside.h"
#include "dns/rdata.h"
#include <stdlib.h>
#include <string.h>

struct catalog { struct importing *im; zone_records records; const uint8_t *apex; };

static const uint8_t *below(struct catalog *c, const char *labels, const uint8_t *name)
{
	const uint8_t *n = name;
	for (const char *end = labels + strlen(labels); n != NULL && end > labels;) {
		const char *dot = end;
		while (dot > labels && dot[-1] != '.')
			dot--;
		n = name_prepend(c->im->arena, dot, (uint8_t)(end - dot), n);
		end = dot > labels ? dot - 1 : labels;
	}
	return n;
}

static int read_records(struct catalog *c)
{
	struct err_at at;
	struct importing *im = c->im;
	if (zone_parse(im->arena, im->text, im->len, "catalog.invalid.", 0, im->path, &c->records, &at) != E_OK)
		return import_fault(im, at.line, "%s", at.text);
	for (uint32_t i = 0; i < c->records.n; i++) {
		const struct zone_record *r = &c->records.at[i];
		if (r->class != CLASS_IN)
			return import_fault(im, r->line, "a record of another class than IN: the catalog is broken (RFC 9432 4.1)");
		if (r->type == TYPE_SOA && c->apex == NULL)
			c->apex = r->owner;
	}
	return c->apex != NULL ? E_OK : import_fault(im, 0, "no SOA record: this is no zone");
}

/* "version" TXT, exactly one, exactly "2" (section 4.2.1). */
static int check_version(struct catalog *c)
{
	const uint8_t *owner = below(c, "version", c->apex);
	unsigned n = 0;
	for (uint32_t i = 0; owner != NULL && i < c->records.n; i++) {
		const struct zone_record *r = &c->records.at[i];
		if (r->type != TYPE_TXT || !name_equal(r->owner, owner))
			continue;
		if (n++ > 0)
			return import_fault(c->im, r->line, "a second version record: the catalog is broken (RFC 9432 4.2.1)");
		if (r->rd.len != 2 || memcmp(r->rd.at, "\x01" "2", 2) != 0)
			return import_fault(c->im, r->line, "a catalog of another version than \"2\"");
	}
	return n == 1 ? E_OK : import_fault(c->im, 0, "no version record: this is no catalog zone (RFC 9432 4.2.1)");
}

static int by_owner(const void *a, const void *b)
{
	const struct zone_record *x = *(const struct zone_record *const *)a, *y = *(const struct zone_record *const *)b;
	int d = name_cmp(x->owner, y->owner);
	return d != 0 ? d : (int)x->type - (int)y->type;
}

static const char *first_string(struct arena *a, struct rdata rd)
{
	size_t n = rd.len > 0 ? rd.at[0] : 0;
	return n > 0 && n < rd.len ? arena_printf(a, "%.*s", (int)n, (const char *)rd.at + 1) : "";
}

/* ID.zones.CATALOG and what stands below it: canonical order brings a member before its properties. */
static int read_members(struct catalog *c, const struct zone_record **sorted, uint32_t n)
{
	struct importing *im = c->im;
	const uint8_t *zones = below(c, "zones", c->apex), *member = NULL;
	struct config_zone *z = NULL;
	for (uint32_t i = 0; zones != NULL && i < n; i++) {
		const struct zone_record *r = sorted[i];
		unsigned depth = (unsigned)name_labels(r->owner) - name_labels(zones);
		if (!name_is_strictly_under(r->owner, zones) || (r->type != TYPE_PTR && r->type != TYPE_TXT))
			continue;
		if (i > 0 && r->type == TYPE_PTR && sorted[i - 1]->type == TYPE_PTR && name_equal(sorted[i - 1]->owner, r->owner))
			return import_fault(im, r->line, "two PTR records at one name: the catalog is broken (RFC 9432 4.1, 4.3.1)");
		if (depth == 1 && r->type == TYPE_PTR) {
			member = r->owner;
			z = import_add(im, r->line, name_text(im->arena, rdata_name(r->rd)));
		} else if (depth == 2 && z != NULL && name_is_under(r->owner, member)) {
			if (r->type == TYPE_TXT && name_label_equal(r->owner, (const uint8_t *)"\x05group"))
				import_tag(im, z, "group", first_string(im->arena, r->rd));
			else if (r->type == TYPE_PTR && name_label_equal(r->owner, (const uint8_t *)"\x03" "coo"))
				import_tag(im, z, "moves-to", name_text(im->arena, rdata_name(r->rd)));
		}
	}
	return E_OK;
}

int import_catalog(struct importing *im)
{
	struct catalog c = { .im = im };
	int rc = read_records(&c);
	if (rc == E_OK)
		rc = check_version(&c);
	if (rc != E_OK)
		return rc;
	const struct zone_record **sorted = ARENA_ARRAY(im->arena, const struct zone_record *, c.records.n);
	for (uint32_t i = 0; i < c.records.n; i++)
		sorted[i] = &c.records.at[i];
	qsort(sorted, c.records.n, sizeof sorted[0], by_owner);
	return read_members(&c, sorted, c.records.n);
}
