/** What a phone shares once `smb_app_data` asks for it. */
import type { Dispatch } from './delivery/engine.mts';
import type { Update } from './delivery/routing.mts';
import type { SyncType } from './world.mts';

export interface PhoneContent {
	smb_app_state_sync: Update[];
	history: Update[];
	/** Told when a sync was asked for and its webhooks were queued. */
	onRequested?: (type: SyncType, dispatch: Dispatch) => void;
}

/** By phone number ID. A number without content answers 200 and sends nothing. */
export type PendingSyncs = Map<string, PhoneContent>;
