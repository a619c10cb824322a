/* limits -- every bound of a hostile world, with its reason. Hitting one is a fact in the
 * evidence and a finding ("verdict limited"), never a crash, a silent OK or a false "bogus". */
#pragma once

/* Questions. A full check of a healthy zone costs 60-250; NXNSAttack (CVE-2020-12662) and CAMP ask for more. */
#define LIMIT_QUESTIONS             400     /* per check, default; --budget */
#define LIMIT_QUESTIONS_HARD        1000
#define LIMIT_QUESTIONS_PER_SERVER  80      /* per address and check; five zones of one chain may live on one server */
#define LIMIT_EXTRAS_PER_SERVER     60      /* beyond so many questions to an address no more extras */
#define LIMIT_TRIES                 3       /* UDP tries of one question to one address (CVE-2026-5950) */
#define LIMIT_BYTES_IN              (4u << 20)  /* all answers of a check */
#define LIMIT_WALL_MS               10000   /* `why`; an operator waits for it */
#define LIMIT_WALL_MS_HARD          60000
#define LIMIT_SILENT_PER_NET        3       /* silent addresses of one /24 or /48 after which the rest get one try (CVE-2022-3204) */

/* Transport: absolute deadlines, never per read (a server that drips one octet a second hangs kdig and drill). */
#define LIMIT_UDP_TRY1_MS           1200
#define LIMIT_UDP_TRY2_MS           2000
#define LIMIT_UDP_TRY3_MS           2000
#define LIMIT_TCP_MS                4000    /* from connect to last octet */
/* A server sends one reply: so many packets that are not it are somebody's guesses, and TCP is asked instead (RFC 5452 9.3).
 * PowerDNS turns at the first since 4.5 (at 20 before); we wait, to see what a server at fault sends. A socket's buffer holds
 * some 90 small answers (rmem_default 212992), so the good one behind this many is not lost yet. */
#define LIMIT_STRAYS                64
#define LIMIT_UDP_PAYLOAD           1232    /* EDNS size (DNS flag day 2020: fragments are lost or forged) */
#define LIMIT_IN_FLIGHT             512     /* asks of one asker at once; open files */
#define LIMIT_PER_SERVER_IN_FLIGHT  16
#define LIMIT_SHARED_MS             60000   /* an answer of an ancestor's server serves all checks so long */
#define LIMIT_SHARED_FACTS          8192

/* Delegation. */
#define LIMIT_NS_ASKED              16      /* name servers of a zone that are asked */
#define LIMIT_NS_SHOWN              32
#define LIMIT_ADDRS_PER_NS          6
#define LIMIT_ADDRS_PER_ZONE        64
#define LIMIT_ANCESTOR_ADDRS        8       /* of a zone above the parent, at depth full */
#define LIMIT_SUBWALKS              32      /* look-ups of name server addresses per check */
#define LIMIT_SUBWALK_DEPTH         4       /* name servers that need name servers that need... */
#define LIMIT_SUBWALK_NXDOMAIN      10
#define LIMIT_REFERRALS             40
#define LIMIT_CNAMES                11      /* as BIND and Unbound; a loop is found earlier */
#define LIMIT_ZONES                 96      /* distinct zones seen in one check */

/* Message. */
#define LIMIT_RRS_PER_MESSAGE       4096
#define LIMIT_RRS_PER_RRSET         256     /* for crypto: canonical sort (4,000 A fit 64 KiB) */
#define LIMIT_EDNS_OPTIONS          32      /* CVE-2026-41292 */
#define LIMIT_NAME_POINTERS         126     /* compression chain (CVE-2024-8508) */
#define LIMIT_NAME_OCTETS           (256u << 10) /* of a message's names uncompressed; 4 octets can mean 255 */

/* Validation. Work is counted in units of 10 us of one core, by algorithm, size and shape of key:
 * one 3072-bit RSA key with a 3070-bit exponent costs 79 times a P-256 one (CVE-2023-50387). */
#define LIMIT_SIGS_PER_RRSET        64      /* tried: the good one may stand last; what it costs is bounded below */
#define LIMIT_SIGS_SOME_STOP        8       /* bad ones after which some resolvers give up (BIND after 1 or 2, PowerDNS 2 to 30, Knot 32) */
#define LIMIT_KEYS_PER_TAG          4       /* keys tried for one (tag, algorithm) */
#define LIMIT_DNSKEYS               64      /* parsed of one DNSKEY RRset */
#define LIMIT_DS                    8       /* hashed per key; DS x keys is "HashTrap" */
#define LIMIT_VERIFIES              512     /* signatures per check, distinct; all servers of all zones count */
#define LIMIT_CRYPTO_UNITS          25000   /* 250 ms of one core per check */
#define LIMIT_NSEC3_HASHES          4096    /* weighted: 1 per started 50 iterations (CVE-2023-50868) */
#define LIMIT_NSEC3_RECORDS         16      /* looked at in one answer (CVE-2026-11605) */
#define LIMIT_NSEC_RECORDS          32
#define LIMIT_NSEC3_INSECURE        150     /* iterations above: treated as insecure (RFC 9276 3.2) by all four resolvers measured */
#define LIMIT_NSEC3_SOME_INSECURE   50      /* above: insecure at some resolvers (Knot Resolver 5.6, BIND 9.20+) */
#define LIMIT_RSA_BITS_MIN          512
#define LIMIT_RSA_BITS_MAX          16384   /* as OpenSSL: Unbound, Knot and PowerDNS verify beyond the 4096 of RFC 3110 */
#define LIMIT_RSA_BITS_STANDARD     4096    /* RFC 3110 2; BIND refuses more */
#define LIMIT_RSA_EXPONENT_BITS     64      /* odd, >= 3: else "unusable key" */
#define LIMIT_FINDINGS              128     /* per verdict, the most severe; no honest zone comes near */
#define LIMIT_FINDINGS_WEIGHED      1024    /* made before the most severe are chosen: a flood of small ones hides no worse one */
#define LIMIT_ANSWER_RRSETS         64      /* proven of one answer: type ANY can bring many */
#define LIMIT_JUDGEMENTS            64      /* judge runs per check: repairs tried and instants foreseen */

/* HTTP and mail going out (alerts, RDAP): a receiver is as hostile as a name server (SECURITY 5f). */
#define LIMIT_HTTP_MS               10000   /* whole, from resolving to the last octet */
#define LIMIT_HTTP_BODY             (64u << 10)     /* of an answer; it is read for an error word, an id, an RDAP object */
#define LIMIT_HTTP_HEAD             (64u << 10)     /* all header lines and SMTP replies of one answer: an endless head has no body to count */
#define LIMIT_HTTP_IN_FLIGHT        64
#define LIMIT_HTTP_URL              8192

/* Registration data (src/registry/): other people's web servers, with their own idea of how often one may ask. */
#define LIMIT_RDAP_KEPT_S           (400 * 86400)   /* since it was asked; rdap.interval is 90 days at most, and registries may be down */
#define LIMIT_RDAP_BODY             (256u << 10)    /* a domain object: 4 to 40 KiB, mostly legal notices */
#define LIMIT_RDAP_BOOTSTRAP        (1u << 20)      /* IANA's file of all top-level domains */
#define LIMIT_RDAP_DEPTH            32      /* of JSON; entities of entities with their cards come to 12 */
#define LIMIT_RDAP_ITEMS            64      /* of one list: events, status, entities, name servers, DS */
#define LIMIT_RDAP_SERVICES         8192    /* suffixes of the bootstrap file; there are 1,500 top-level domains */
#define LIMIT_RDAP_GAP_S            2       /* between two requests to one server: 43,000 domains a day */
#define LIMIT_RDAP_BUSY_S           86400   /* believed of Retry-After */
#define LIMIT_REGISTRATIONS         32      /* domains looked up for one zone: its own, of its name servers, of theirs... */
#define LIMIT_REGISTRATION_DEPTH    3       /* name servers of domains of name servers of domains... */

/* Alerts. */
#define LIMIT_ALERT_JSON            (512u << 10)    /* one struct alert, as it is stored: every field and line at its limit, four octets a character */
#define LIMIT_ALERT_FIELD           1000    /* characters of one field that are kept */
#define LIMIT_ALERT_LINE            400     /* of one step, reason or title */
#define LIMIT_ALERT_ITEMS           50      /* lines of a digest */
#define LIMIT_ALERT_STEPS           20      /* of fix, of avoid; tags: a page nobody reads to the end is no help */
#define LIMIT_ALERT_ZONES           20      /* named; the rest is a number */
#define LIMIT_ALERT_PER_HOUR        60      /* messages of one channel before a digest; 28,000 SMS of one outage have been seen elsewhere */
#define LIMIT_ALERT_DIGEST_S        300     /* between two digests: what is held back is told in minutes, not in an hour */
#define LIMIT_ALERT_IN_FLIGHT       4       /* of one channel */
#define LIMIT_ALERT_DUE             256     /* outbox rows in memory at once: 128 MiB were all at their limit */
#define LIMIT_ALERT_GATHER          50000   /* rows told by one digest */
#define LIMIT_ALERT_BATCH           100     /* alerts of one request to Alertmanager */
#define LIMIT_ALERT_RETRY_S         900     /* longest distance of two tries, but for what Retry-After asks */
#define LIMIT_ALERT_RETRY_AFTER_S   3600    /* believed of Retry-After */
#define LIMIT_ALERT_GIVE_UP_S       86400   /* then dead, and shown as such */
#define LIMIT_ALERT_TRIES_MIN       12      /* ... but never before: we may have been switched off for a day */
#define LIMIT_ALERT_REFRESH_S       60      /* Alertmanager forgets what is not told again (resolve_timeout: 5 minutes) */
#define LIMIT_DEAD_MAN_S            12      /* between two pings: five a minute is what the services allow */

/* Memory and files. */
#define LIMIT_ARENA_BYTES           (256u << 20)
#define LIMIT_EVIDENCE_FILE_BYTES   (32u << 20)
#define LIMIT_WORLD_FILE_BYTES      (4u << 20)
#define LIMIT_SNAPSHOT_BYTES        (16u << 20) /* all lists of all addresses full, with names that are escaped throughout */
#define LIMIT_POLL_MIN_S            60      /* one zone is never looked at oftener by itself, whatever happens to it (INCIDENTS 4.4) */
#define LIMIT_SUMMARY_SERVERS       32      /* addresses of one zone that dashboards show; thirteen names with two each fit */
#define LIMIT_SUMMARY_BYTES         2000    /* of them as kept in the zone's row: names may be long, and rows are rewritten wholly */
#define LIMIT_SNAP_ITEMS            64      /* DS, NS, glue, keys, signatures that memory keeps of one server */

/* Configuration and imports: written by the operator or by somebody's export. */
#define LIMIT_CONFIG_BYTES          (128u << 20)    /* all files of one configuration: a million names are 20 to 60 MiB */
#define LIMIT_CONFIG_ARENA_BYTES    ((size_t)1 << 30)   /* holds what those files can mean */
#define LIMIT_CONFIG_ZONES          1000000
#define LIMIT_CONFIG_FAULTS         100     /* told; more say nothing new */
#define LIMIT_CONFIG_FILES          1000    /* of one included directory */
#define LIMIT_CONFIG_RESOLVERS      32      /* each is asked twice a check */
#define LIMIT_SECRET_BYTES          4096
#define LIMIT_YAML_BYTES            (32u << 20)
#define LIMIT_YAML_DEPTH            16      /* ours needs 5; libyaml's scanner is quadratic in depth */
#define LIMIT_YAML_NODES            (1u << 19)      /* aliases counted at each use ("billion laughs", CVE-2019-11253) */
#define LIMIT_YAML_ANCHORS          256     /* looked up one by one */
#define LIMIT_IMPORT_BYTES          (64u << 20)
#define LIMIT_IMPORT_FILES          100000  /* of a folder of zone files */

/* The store (src/store/). */
#define LIMIT_STORE_BUSY_MS         5000    /* waiting for another process's write lock; theirs are milliseconds */
#define LIMIT_SERIALS_KEPT          24      /* of one server of a zone */
#define LIMIT_SIGS_KEPT             100     /* signatures remembered of one RRset: two years of weekly ones, and an end to on-line signers' */
#define LIMIT_PRUNE_ROWS            2000    /* deleted in one transaction: others get their turn in between */

/* The API (src/api/): who asks may be anybody on the network, or a page in a browser (SECURITY 5h). */
#define LIMIT_API_CONNECTIONS       64      /* a thread each */
#define LIMIT_API_PER_ADDRESS       8       /* where we listen on more than loopback */
#define LIMIT_API_STREAMS           32      /* event streams: the other half stays for those who ask and go */
#define LIMIT_API_LISTENERS         16      /* wait for their check ("Prefer: wait"); who comes later is told where to look instead */
#define LIMIT_API_WAIT_S            30      /* believed of "Prefer: wait": proxies give up on what is silent for 30 to 60 s */
#define LIMIT_API_QUOTA_S           60      /* window of the two below, of each token; short, so that who hits one soon goes on */
#define LIMIT_API_CHANGES           20000   /* 10,000 zones put one by one, twice; a tenth of what the store could write */
#define LIMIT_API_CHECKS_ASKED      240     /* a list of names after a change; four at once hardly do more, and other people's servers answer them */
#define LIMIT_API_GUESSES           5       /* wrong tokens of one address in such a window */
#define LIMIT_API_GUESSERS          256     /* addresses that are remembered for it */
#define LIMIT_API_KEY               255     /* octets of an Idempotency-Key; an UUID has 38 with its quotes */
#define LIMIT_API_ANSWERS           10000   /* kept for one (src/api/answers.h) */
#define LIMIT_API_ANSWERS_BYTES     (32u << 20)     /* of their bodies; an import of 256 KiB is answered by twice that */
#define LIMIT_API_ANSWERS_KEPT_S    86400   /* who asks again does so within minutes; a day outlasts a night's outage */
#define LIMIT_API_CHECKS            4       /* run for /probe at once; each may send LIMIT_QUESTIONS */
#define LIMIT_API_JOBS_RUNNING      4       /* of POST /checks, a thread each: scrapes take them no place, nor they the scrapes */
#define LIMIT_API_JOBS_WAITING      128     /* in line; at LIMIT_WALL_MS each the last has its turn after 5 minutes */
#define LIMIT_API_JOBS              1000    /* kept with their reports */
#define LIMIT_API_JOBS_BYTES        (32u << 20)     /* of reports: 20 to 60 KiB each, more where there is much to tell */
#define LIMIT_API_JOBS_KEPT_S       3600    /* after its end: who asked has looked by then */
#define LIMIT_API_URI               2048
#define LIMIT_API_HEADERS           8192
#define LIMIT_API_MEMORY            (16u << 10)     /* of one connection: holds the two above */
#define LIMIT_API_BODY              (256u << 10)
#define LIMIT_API_TEXT              1000    /* octets of one text in a body */
#define LIMIT_API_LIST              100     /* items of one list in a body */
#define LIMIT_API_REQUEST_S         10      /* from connecting, or the last reply, to the last octet of a request ("slowloris") */
#define LIMIT_API_ANSWER_S          120     /* from there to the last octet of the reply: a check (LIMIT_WALL_MS_HARD) and its sending */
#define LIMIT_API_PING_S            15      /* proxies close what is silent for 30 to 60 s */
#define LIMIT_API_PAGE              1000    /* rows of one answer */
#define LIMIT_METRICS_SERIES        50000   /* that one target should have at most (SECURITY 5g) */
#define LIMIT_METRICS_ZONES         8000    /* worst first, five series each; what room is left goes to servers and signatures */
