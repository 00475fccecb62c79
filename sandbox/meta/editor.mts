/** Where a visitor of the phone page sees what n8n did with a delivery. */
import type { Delivery } from './delivery/engine.mts';

export interface Editor {
	/** The receiving workflow's own page. */
	workflowUrl: string;
	/** The page of the execution that the delivery started; null if that cannot be told for certain. */
	executionUrl(delivery: Delivery): Promise<string | null>;
}
