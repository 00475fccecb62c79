/**
 * `node sandbox/n8n/prepare.mts` fetches all that the sandbox needs, with its progress shown,
 * so that no test waits minutes for it. It has nothing to do on the second run.
 */
import { Listr } from 'listr2';
import { ensureN8n } from './install.mts';
import { pristineUserFolder } from './user-folder.mts';

await new Listr([
	{
		title: 'n8n for the sandbox',
		task: async (_context, task) => {
			const progress = (line: string) => {
				task.output = line;
			};
			const install = await ensureN8n(progress);
			await pristineUserFolder(install, progress);
			task.title = `n8n ${install.version} for the sandbox is ready`;
		},
	},
]).run();
