/* service_manager -- what systemd is told over $NOTIFY_SOCKET (sd_notify(3)): ready, reloading, alive, stopping. Without the
 * variable nothing happens. */
#pragma once
#include <stdint.h>
void service_manager_tell(const char *state);           /* "READY=1", "STATUS=...", "STOPPING=1" */
uint32_t service_manager_watchdog_ms(void);             /* WATCHDOG_USEC / 2; 0: no watchdog */
