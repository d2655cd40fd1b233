/** Ends the process at a signal until the service listens to signals itself. The first process of a container would ignore them. */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));
