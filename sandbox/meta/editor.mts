/** Where a visitor of the phone page sees what n8n did with a webhook. */
import type { Update } from './delivery/routing.mts';

export interface Editor {
	/** The page on which the receiving workflows are found. */
	workflowsUrl: string;
	/** What the editor asks a visitor for. */
	signIn: { email: string; password: string };
	/** What these have started or let go on, as far as it is over or waits; mostly one run for each workflow that takes them. */
	runsOf(updates: Update[]): Promise<Run[]>;
}

export interface Run {
	/** Name of the workflow. */
	workflow: string;
	/** The run's page. */
	url: string;
}
