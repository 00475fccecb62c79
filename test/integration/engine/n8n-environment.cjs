/** Before anything of n8n is loaded: it logs nothing, and its settings go into a folder that goes away with the test run. */
const { dirSync, setGracefulCleanup } = require('tmp-promise');

setGracefulCleanup();
process.env.N8N_USER_FOLDER = dirSync({ unsafeCleanup: true, prefix: 'n8n-core-' }).name;
process.env.N8N_LOG_LEVEL = 'silent';
