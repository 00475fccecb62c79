/** All that runs in the demo: the simulated Meta, where Slack would be, and n8n with its workflows. */
import { dir } from 'tmp-promise';
import { controlMeta, type MetaControl } from '../meta/control-client.mts';
import { startMeta, type RunningMeta } from '../meta/server.mts';
import { DEFAULT, type World } from '../meta/world.mts';
import type { Progress } from '../n8n/cache.mts';
import { startN8n, type N8nHost } from '../n8n/host.mts';
import { packPackage } from '../n8n/pack.mts';
import { MANUAL_TRIGGER, type N8nRest } from '../n8n/rest.mts';
import { editorOf } from '../phone/executions.mts';
import { startAlertReceiver, type AlertReceiver } from './alert-receiver.mts';
import { fillIn, readExample } from './examples.mts';
import { PHONE_NUMBER, workflowsFor } from './workflows.mts';

export interface Stage {
	metaUrl: string;
	meta: MetaControl;
	/** Tells the phone page where its links to executions lead. */
	linkTo: RunningMeta['linkTo'];
	/** Says on the phone page what is going on. */
	tell: RunningMeta['tell'];
	/** Where n8n tells of what the owner does on the phone. */
	echoAlerts: AlertReceiver;
	/** Where n8n tells of the connection and of what fails. */
	healthAlerts: AlertReceiver;
	n8n: N8nHost;
	close(): Promise<void>;
}

/**
 * Starts everything on free ports of loopback. What was started is ended again if something fails.
 *
 * @param onPhone told the address of the phone page, which is there long before n8n is
 */
export async function startStage(
	progress: Progress,
	onPhone: (url: string) => void = () => undefined,
): Promise<Stage> {
	const endings: Array<() => Promise<unknown>> = [];
	const close = async () => {
		for (const end of endings.splice(0).reverse()) await end();
	};
	try {
		const meta = await startMeta();
		endings.push(meta.close);
		const { url: metaUrl, linkTo, tell } = meta;
		tell('n8n is starting');
		onPhone(`${metaUrl}/phone`);
		const echoAlerts = await startAlertReceiver();
		endings.push(echoAlerts.close);
		const healthAlerts = await startAlertReceiver();
		endings.push(healthAlerts.close);
		const folder = await dir({ prefix: 'whatsapp-coexistence-demo-', unsafeCleanup: true });
		endings.push(folder.cleanup);
		const packageTarball = await packPackage(folder.path);
		const n8n = await startN8n({ packageTarball, progress });
		endings.push(n8n.stop);
		await n8n.rest.createCredential(
			'whatsAppCoexistenceApi',
			'WhatsApp Coexistence account',
			credentialFor(meta),
		);
		return {
			metaUrl,
			meta: controlMeta(metaUrl),
			linkTo,
			tell,
			echoAlerts,
			healthAlerts,
			n8n,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

function credentialFor({ url, world }: { url: string; world: World }) {
	return {
		accessToken: world.tokens.business.token,
		businessAccountId: DEFAULT.wabaId,
		appId: DEFAULT.appId,
		appSecret: world.apps[0].secret,
		baseUrl: url,
	};
}

/** The IDs of the demo's workflows and data tables in n8n. */
export interface Installed {
	/** What Meta delivers to. */
	published: Array<{ id: string; name: string }>;
	request: string;
	/** What asks and waits. */
	booking: string;
	tables: { messages: string; contacts: string };
}

/** Imports the workflows as a user would, has them create their tables, and publishes them side by side. */
export async function installWorkflows(stage: Stage): Promise<Installed> {
	const { rest } = stage.n8n;
	const published: Installed['published'] = [];
	const alerts = { echoes: stage.echoAlerts.url, health: stage.healthAlerts.url };
	for (const workflow of await workflowsFor(alerts)) {
		const id = await rest.createWorkflow(workflow);
		if (workflow.nodes.some(({ name }) => name === MANUAL_TRIGGER)) {
			await rest.executeByHand(id);
			await rest.finishedExecutions(id, 1);
		}
		await publish(rest, id, workflow.name);
		published.push({ id, name: workflow.name });
	}
	stage.linkTo(editorOf(stage.n8n, published));

	const request = await rest.createWorkflow(
		fillIn(await readExample('request-contacts-and-history'), 'Request contacts and history', {
			phoneNumberId: PHONE_NUMBER,
		}),
	);
	const tables = new Map((await rest.dataTables()).map(({ name, id }) => [name, id]));
	const tableNamed = (name: string) => {
		const id = tables.get(name);
		if (id === undefined) throw new Error(`The demo's workflows did not create the table ${name}.`);
		return id;
	};
	return {
		published,
		request,
		booking: published.at(-1)!.id,
		tables: {
			messages: tableNamed('whatsapp_messages'),
			contacts: tableNamed('whatsapp_contacts'),
		},
	};
}

async function publish(rest: N8nRest, workflowId: string, name: string): Promise<void> {
	const publication = await rest.publish(workflowId);
	if (publication.status === 'failed') {
		throw new Error(`n8n could not publish “${name}”: ${publication.error}`);
	}
}
