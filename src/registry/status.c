/* status -- the words of a domain's life. RDAP writes EPP's "clientHold" as "client hold" (RFC 8056 2); some servers write it as EPP
 * does. */
#include "registry/inside.h"
#include <ctype.h>
#include <string.h>

static const struct {
	enum epp_status bit;
	const char *epp;
} words[] = {
	{ EPP_CLIENT_HOLD, "clientHold" },         { EPP_SERVER_HOLD, "serverHold" },
	{ EPP_REDEMPTION_PERIOD, "redemptionPeriod" }, { EPP_PENDING_RESTORE, "pendingRestore" },
	{ EPP_PENDING_DELETE, "pendingDelete" },   { EPP_AUTO_RENEW_PERIOD, "autoRenewPeriod" },
	{ EPP_INACTIVE, "inactive" },
};

static bool same_letters(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " ");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (*a == '\0')
			return true;
	}
}

uint32_t epp_status_of(const char *word)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (same_letters(word, words[i].epp))
			return words[i].bit;
	return 0;
}

const char *epp_status_text(struct arena *a, uint32_t status)
{
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if ((status & words[i].bit) != 0)
			text_addf(&t, "%s%s", t.len > 0 ? ", " : "", words[i].epp);
	return t.at;
}
