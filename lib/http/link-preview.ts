import type { HttpRequest } from './http-request.ts';

/**
 * User agents of chats, mail scanners and search engines that open a link to show or check it. Against scanners that pretend to
 * be a browser, a route has `confirmLinks`.
 */
const PREVIEW_AGENTS = new RegExp(
  [
    'Slackbot|Slack-ImgProxy|TelegramBot|WhatsApp|Discordbot|SkypeUriPreview|MicrosoftPreview|Viber',
    'facebookexternalhit|facebookcatalog|Facebot|meta-externalagent|Twitterbot|LinkedInBot|Pinterestbot|redditbot',
    'vkShare|OdklBot|Mail\\.RU_Bot|Mattermost|Rocket\\.Chat|Zulip|ZoomWebhook|Webex|line-poker|KAKAOTALK-SCRAP',
    'Iframely|Embedly|Snapchat|Tumblr|Flipboard|Bitlybot|Synapse|Signal-',
    'Googlebot|Google-InspectionTool|GoogleImageProxy|GoogleDocs|Google-PageRenderer|Google-Safety',
    'bingbot|BingPreview|YandexBot|YandexMobileBot|DuckDuckBot|Applebot|Baiduspider|PetalBot',
    'BarracudaCentral|Barracuda Sentinel|Proofpoint|urldefense|Mimecast|SafeLinks|FireEye|Trend Micro',
  ].join('|'),
  'i',
);

/** Returns whether a browser, chat or link scanner only previews a link. A preview never places a callback. */
export function isLinkPreview({ method, headers }: HttpRequest): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name]).join();
  return (
    method === 'HEAD' ||
    /prefetch|prerender|preview/i.test(purpose) ||
    PREVIEW_AGENTS.test(headers['user-agent'] ?? '')
  );
}
