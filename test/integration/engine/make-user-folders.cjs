/** The folder in which every test file of a run keeps what n8n writes. `remove-user-folders.cjs` takes it away. */
const { mkdtemp } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const path = require('node:path');

module.exports = async () => {
	process.env.N8N_USER_FOLDERS = await mkdtemp(path.join(tmpdir(), 'n8n-core-'));
};
