/** The page between a webhook and what it has started in n8n, where that is not exactly one run. */
import type { Run } from './editor.mts';

const NONE = `<p>This webhook has started no run that is over, and has let none go on.</p>
<ul>
	<li>It may repeat what n8n had before: that starts no second run.</li>
	<li>It may be of a kind that no published workflow takes, such as the statuses <i>delivered</i> and <i>read</i>.</li>
	<li>Its run may still go on: then load this page again in a moment.</li>
</ul>`;

/** @param workflowsUrl where the workflows of the editor are found */
export function runsPage(runs: Run[], workflowsUrl: string): string {
	const links = runs.map(({ workflow, url }) => `<li>${linkTo(url, workflow)}</li>`);
	const started = `<p>This webhook has started a run, or let one go on, in each of these workflows.</p>
<ul>${links.join('')}</ul>`;
	return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<title>What a webhook has started</title>
		<link rel="icon" href="data:," />
		<link rel="stylesheet" href="/phone/style.css" />
	</head>
	<body class="page">
		<main class="card">
			<h1>What this webhook has started in n8n</h1>
			${runs.length === 0 ? NONE : started}
			<p>${linkTo(workflowsUrl, 'All workflows')}, each with its runs under <i>Executions</i>. There are also those
				that cannot be found from here: of workflows of your own, and of those that take rows.</p>
		</main>
	</body>
</html>
`;
}

function linkTo(url: string, text: string): string {
	return `<a href="${escaped(url)}">${escaped(text)}</a>`;
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
