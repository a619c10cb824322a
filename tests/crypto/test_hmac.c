/* RFC 4231 4, and what a key of no octets means. */
#include "crypto/crypto.h"
#include "../base/cmocka_all.h"
#include <stdio.h>
#include <string.h>

static void expect(struct octets key, const char *data, const char *hex)
{
	uint8_t mac[32];
	char text[65];
	struct octets whole = { (const uint8_t *)data, strlen(data) };
	/* In one part and in two: the cut must not show. */
	struct octets parts[] = { { whole.at, whole.len / 2 }, { whole.at + whole.len / 2, whole.len - whole.len / 2 } };
	for (int cut = 0; cut < 2; cut++) {
		crypto_hmac_sha256(key, cut ? parts : &whole, cut ? 2 : 1, mac);
		for (int i = 0; i < 32; i++)
			snprintf(text + 2 * i, 3, "%02x", mac[i]);
		assert_string_equal(text, hex);
	}
}

static void the_vectors_of_rfc_4231(void **state)
{
	(void)state;
	uint8_t key[131];
	memset(key, 0x0b, 20);
	expect((struct octets){ key, 20 }, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	expect((struct octets){ (const uint8_t *)"Jefe", 4 }, "what do ya want for nothing?",
	       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	char data[51] = "";
	memset(key, 0xaa, 20);
	memset(data, 0xdd, 50);
	expect((struct octets){ key, 20 }, data, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	for (int i = 0; i < 25; i++)
		key[i] = (uint8_t)(i + 1);
	memset(data, 0xcd, 50);
	expect((struct octets){ key, 25 }, data, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	memset(key, 0xaa, 131);
	expect((struct octets){ key, 131 }, "Test Using Larger Than Block-Size Key - Hash Key First",
	       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	expect((struct octets){ key, 131 },
	       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
	       "before being used by the HMAC algorithm.",
	       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void an_empty_key_is_a_key(void **state)
{
	(void)state;
	expect((struct octets){ NULL, 0 }, "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4231),
		cmocka_unit_test(an_empty_key_is_a_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
