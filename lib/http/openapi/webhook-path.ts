import type { ProblemCode } from '../../problems/problems.ts';
import { alreadyOpen, callbackAccepted, callbackPlaced, formContent, jsonContent } from './parts.ts';
import { CALLBACK_PROBLEMS, problemResponses } from './problem-responses.ts';

const OF_WEBHOOKS: readonly ProblemCode[] = ['not-found', 'event-too-old', 'map-failed', 'event-undated'];

/** A webhook has no keys, no links and no classic URL. */
const NOT_OF_WEBHOOKS: readonly ProblemCode[] = [
  'classic-not-allowed',
  'link-expired',
  'route-not-allowed',
  'scope-missing',
  'source-not-allowed',
];

export const webhookPath = () => ({
  '/webhooks/{name}': {
    post: {
      operationId: 'receiveWebhook',
      summary: 'Receive an event of a CRM or another sender',
      description:
        'The settings name the source: how the sender proves itself, and where the fields are. A separate function, ' +
        'which may have another address.',
      tags: ['webhooks'],
      parameters: [
        {
          name: 'name',
          in: 'path',
          required: true,
          description: 'The webhook of the settings',
          schema: { type: 'string' },
        },
      ],
      security: [],
      requestBody: { content: { ...jsonContent({}), ...formContent({ type: 'object' }) } },
      responses: {
        200: alreadyOpen,
        201: callbackPlaced,
        202: callbackAccepted,
        204: { description: 'The event requests no callback.' },
        ...problemResponses([
          ...CALLBACK_PROBLEMS.filter((code) => !NOT_OF_WEBHOOKS.includes(code)),
          ...OF_WEBHOOKS,
        ]),
      },
    },
  },
});
