import type { CoexistenceEvent } from '../events/schema';

const WINDOW_MS = 24 * 60 * 60 * 1000;

/**
 * Puts `serviceWindow` on live messages of customers: until when the business may answer with
 * anything but a template. History and echoes never open the window.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages#customer-service-windows
 */
export function markServiceWindows(events: CoexistenceEvent[]): void {
	for (const event of events) {
		if (event.event !== 'inbound.message' || event.occurredAt === null) continue;
		const expiresAt = new Date(Date.parse(event.occurredAt) + WINDOW_MS).toISOString();
		event.serviceWindow = { opensAt: event.occurredAt, expiresAt };
	}
}
