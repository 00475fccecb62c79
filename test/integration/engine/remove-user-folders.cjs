const { rm } = require('node:fs/promises');

module.exports = async () => {
	await rm(process.env.N8N_USER_FOLDERS, { recursive: true, force: true });
};
