/** Before anything of n8n is loaded: it logs nothing, and each test file has settings of its own. */
const { mkdtempSync } = require('node:fs');
const path = require('node:path');

process.env.N8N_USER_FOLDER = mkdtempSync(path.join(process.env.N8N_USER_FOLDERS, 'engine-'));
process.env.N8N_LOG_LEVEL = 'silent';
