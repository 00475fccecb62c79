/**
 * Runs n8n's own package scanner over the sources and over what `npm publish` would upload, as n8n does
 * before it verifies a package. Its command takes both from the online registry, so its functions are
 * called here; whether the package was published with provenance is the one thing left out.
 */
import path from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { execa } from 'execa';
import { dir } from 'tmp-promise';
import { packPackage } from './pack.mts';

const folder = await dir({ unsafeCleanup: true });
try {
	const tarball = await packPackage(folder.path);
	await execa('tar', ['-xzf', tarball, '-C', folder.path]);
	const project = path.join(import.meta.dirname, '../..');
	const results = {
		'The sources': await analyzePackage(project, SOURCE_FILE_PATTERNS),
		'The packed package': await analyzePackage(path.join(folder.path, 'package'), [
			'**/*.js',
			'package.json',
		]),
	};
	for (const [name, { passed, message, details }] of Object.entries(results)) {
		console.log(
			passed ? `✔ ${name} passed n8n's scanner` : `✘ ${name}: ${message}\n${details ?? ''}`,
		);
		if (!passed) process.exitCode = 1;
	}
} finally {
	await folder.cleanup();
}
