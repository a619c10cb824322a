/* How long caches may go on with what they have: the largest TTL seen. 0: none was seen. */
#include "judge/inside.h"

static uint32_t ttl_in(const struct look *l, const uint8_t *owner, uint16_t type)
{
	const struct message *m = look_message(l);
	const struct rrset *in_answer = m ? section_find(&m->answer, owner, type) : NULL;
	const struct rrset *in_authority = m ? section_find(&m->authority, owner, type) : NULL;
	return in_answer ? in_answer->ttl : in_authority ? in_authority->ttl : 0;
}

static uint32_t max32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static uint32_t parent_ttl(const struct zone *z, uint16_t type)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < z->views.n; i++)
		ttl = max32(ttl, max32(ttl_in(z->views.at[i].referral, z->name, type),
				       ttl_in(z->views.at[i].ds, z->name, type)));
	return ttl;
}

static uint32_t apex_ttl(const struct zone *z, uint16_t type)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < z->servers.n; i++)
		for (uint32_t k = 0; k < z->servers.at[i]->looks.n; k++)
			ttl = max32(ttl, ttl_in(z->servers.at[i]->looks.at[k], z->name, type));
	return ttl;
}

uint32_t wait_ns_ttl(const struct zone *z)
{
	return max32(parent_ttl(z, TYPE_NS), apex_ttl(z, TYPE_NS));
}

uint32_t wait_ds_ttl(const struct zone *z)
{
	return parent_ttl(z, TYPE_DS);
}

uint32_t wait_key_ttl(const struct zone *z)
{
	return apex_ttl(z, TYPE_DNSKEY);
}

/* RFC 2308 5: the smaller of the SOA's TTL and its minimum field. */
uint32_t wait_negative_ttl(const struct exchange *denied)
{
	const struct message *m = denied ? denied->m : NULL;
	const struct rrset *soa = m ? section_find_type(&m->authority, TYPE_SOA, 0) : NULL;
	uint32_t minimum = soa ? rdata_soa(soa->rd[0]).minimum : 0;
	return soa && soa->ttl < minimum ? soa->ttl : minimum;
}
