import type { MessageEvent, TriggerEvent } from './schema';

/** Whether an event is about one message of a chat: old, typed on the phone, or from a customer. */
export function isMessageEvent(event: TriggerEvent): event is MessageEvent {
	return 'isHistory' in event && 'message' in event;
}
