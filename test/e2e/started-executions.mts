import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { parse as parseFlatted } from 'flatted';

import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import type { Stage } from './stage.mts';

export interface StartedExecution {
	/** `webhook` in production, `manual` for a test. */
	mode: string;
	status: string;
	/** What the user reads of one that failed. */
	error?: string | undefined;
	/** What the trigger sent out, over all outputs. */
	events: JsonObject[];
}

/** As n8n keeps it in its database. */
export interface StoredExecution {
	mode: string;
	status: string;
	data: string;
}

type Outputs = Array<Array<{ json: JsonObject }> | null>;

interface RunExecutionData {
	resultData: {
		error?: { message: string };
		runData: Record<string, Array<{ data?: { main?: Outputs } }>>;
	};
	executionData?: { nodeExecutionStack: Array<{ data: { main: Outputs } }> };
}

/**
 * All executions of a workflow, oldest first, read from n8n's own database: thousands at once, and
 * also those that n8n had accepted when it was killed.
 */
export function startedExecutions({ n8n }: Stage, workflowId: string): StartedExecution[] {
	const database = new DatabaseSync(path.join(n8n.dataDir, '.n8n/database.sqlite'), {
		readOnly: true,
	});
	try {
		const rows = database
			.prepare(
				`SELECT mode, status, data FROM execution_entity JOIN execution_data ON executionId = id
				WHERE workflowId = ? ORDER BY id`,
			)
			.all(workflowId) as unknown as StoredExecution[];
		return rows.map(asStarted);
	} finally {
		database.close();
	}
}

export function asStarted({ mode, status, data }: StoredExecution): StartedExecution {
	const run: RunExecutionData = parseFlatted(data);
	return { mode, status, error: run.resultData.error?.message, events: eventsOf(run) };
}

/**
 * From the trigger's run or, where n8n has none, from what waits for it: it has not run yet, or a kill ended it
 * before n8n saved, and n8n put an item of its own there when it started again.
 */
function eventsOf({ resultData, executionData }: RunExecutionData): JsonObject[] {
	const [run] = Object.values(resultData.runData).flat();
	const sentOut = itemsOf(run?.data?.main);
	const isMadeUp = sentOut.some((json) => json.isArtificialRecoveredEventItem === true);
	if (run?.data?.main && !isMadeUp) return sentOut;
	return itemsOf(executionData?.nodeExecutionStack[0]?.data.main);
}

function itemsOf(outputs: Outputs = []): JsonObject[] {
	return outputs.flatMap((items) => items ?? []).map(({ json }) => json);
}
