/* place -- whether a directory can hold a store: WAL needs memory shared by all who open it, on one machine. */
#pragma once
/* "NFS", "SMB", ...; NULL for a file system of this machine. magic: statfs(2) f_type. */
const char *place_network_name(long magic);
