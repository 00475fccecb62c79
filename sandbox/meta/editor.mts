/** Where a visitor of the phone page sees what n8n did with a webhook. */
import type { Update } from './delivery/routing.mts';

export interface Editor {
	/** The receiving workflow's own page. */
	workflowUrl: string;
	/** What the editor asks a visitor for. */
	signIn: { email: string; password: string };
	/** The page of the execution that these started; null if they started none, or it is not over. */
	executionUrl(updates: Update[]): Promise<string | null>;
}
