/* strict -- what is taken at all of another's web server: JSON of bounded depth without doubled names, and plain domain names. */
#include "registry/inside.h"
#include "base/limits.h"
#include "dns/name.h"
#include <string.h>

/* jansson goes down by recursion; it is not asked to where that could hurt. */
static bool is_shallow(const char *text, size_t len)
{
	unsigned depth = 0;
	bool in_text = false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (in_text && c == '\\')
			i++;
		else if (c == '"')
			in_text = !in_text;
		else if (!in_text && (c == '{' || c == '[') && ++depth > LIMIT_RDAP_DEPTH)
			return false;
		else if (!in_text && (c == '}' || c == ']') && depth > 0)
			depth--;
	}
	return true;
}

json_t *rdap_json(const char *text, size_t len, const char **why)
{
	json_error_t at;
	*why = "it is nested too deeply";
	if (!is_shallow(text, len))
		return NULL;
	*why = "it is no JSON";
	return json_loadb(text, len, JSON_REJECT_DUPLICATES, &at);
}

const char *rdap_name(struct arena *a, const char *text)
{
	const char *why;
	if (strlen(text) > NAME_MAX_BYTES)
		return NULL;
	const uint8_t *name = name_from_text(a, text, &why);
	if (name == NULL || *name == 0 || !name_is_plain(name))
		return NULL;
	return name_text(a, name_lower(a, name));
}
