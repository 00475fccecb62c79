/** The two things that a phone can share, as Meta names the request for them. */
export const SYNCS = {
	contacts: 'smb_app_state_sync',
	history: 'history',
} as const;

/** `contacts` or `history`. */
export type Sync = keyof typeof SYNCS;
