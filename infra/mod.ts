/**
 * Hookline in a CDK app of one's own.
 *
 * @module
 */
export type { EventFile } from "./build/event-files.ts";
export { bundleReceiver, type ReceiverCode, type ReceiverFolders } from "./build/receiver-code.ts";
export { WebhookReceiver, type WebhookReceiverProps } from "./constructs/webhook-receiver.ts";
