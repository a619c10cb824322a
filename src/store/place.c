#include "store/place.h"
#include <stddef.h>
#include <stdint.h>

/* statfs(2), linux/magic.h. FUSE is not among them: most of it is local, and which one it is cannot be told. */
static const struct { uint32_t magic; const char *name; } networks[] = {
	{ 0x00006969, "NFS" }, { 0x0000517b, "SMB" }, { 0xfe534d42, "SMB" }, { 0xff534d42, "SMB (CIFS)" }, { 0x0000564c, "NCP" },
	{ 0x00c36400, "Ceph" }, { 0x5346414f, "AFS" }, { 0x6b414653, "AFS" }, { 0x73757245, "Coda" }, { 0x01021997, "9P" },
	{ 0x0bd00bd0, "Lustre" }, { 0x01161970, "GFS2" }, { 0x7461636f, "OCFS2" }, { 0x19830326, "BeeGFS" }, { 0x47504653, "GPFS" },
};

const char *place_network_name(long magic)
{
	for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
		if (networks[i].magic == (uint32_t)magic)
			return networks[i].name;
	return NULL;
}
