/* roots -- what a resolver is born with: the root servers and the two root keys, in zone format. */
#pragma once
extern const char roots_hints[];   /* RFC 9609; as of July 2024 */
extern const char roots_anchors[]; /* DS of KSK-2017 (20326) and KSK-2024 (38696), IANA root-anchors.xml */
