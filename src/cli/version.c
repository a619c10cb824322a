#include "cli/files.h"
#include "cli/complain.h"
#include "cli/verbs.h"
#include "crypto/crypto.h"
#include "dns/text.h"

int verb_version(const struct options *o)
{
	static const uint8_t algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16 };
	static const uint8_t digests[] = { 1, 2, 4 };
	if (o->objects.n > 1)
		return complain(EXIT_USAGE, "version: takes no argument: %s", o->objects.at[1]);
	struct crypto *crypto = crypto_new();
	struct text t;
	text_init(&t, o->arena);
	text_add(&t, "dnsvigil " DNSVIGIL_VERSION "\nbuilt with  " DNSVIGIL_LIBRARIES "\nalgorithms ");
	for (unsigned i = 0; i < sizeof algorithms; i++)
		text_addf(&t, "%s %u %s%s", i == 4 ? "\n           " : "", algorithms[i],
			  algorithm_text(algorithms[i]),
			  crypto_algorithm(crypto, algorithms[i]) == CRYPTO_SUPPORTED
				  ? ""
				  : " (refused by this machine's OpenSSL policy)");
	text_add(&t, "\nDS digests ");
	for (unsigned i = 0; i < sizeof digests; i++)
		text_addf(&t, " %u %s%s", digests[i], digest_text(digests[i]),
			  crypto_digest_type(crypto, digests[i]) == CRYPTO_SUPPORTED ? ""
										     : " (refused here)");
	text_add(&t, "\nlicence     GPL-3.0-or-later\n");
	crypto_free(&crypto);
	return o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}
