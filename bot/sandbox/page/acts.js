// What the person of one phone can do, as the town is asked for it: one deed after another, in the order of the presses.

import { messageMenu } from "./menus.js";
import { write } from "./wire.js";

export const GENERAL = 1; // the topic that every forum has; its messages carry no number

/** The deeds of the person whose phone this is, in the chat that is open on it. */
export function actsOf(pane) {
  let queue = Promise.resolve();

  /** Acts go out one after another: two quick digits must arrive in the order in which they were pressed. */
  const send = (act, body = {}, chatId = pane.chatId) => {
    const { personId } = pane;
    const where = chatId === personId ? {} : { chat: chatId };
    queue = queue.then(async () => {
      try {
        return await write(`chats/${personId}/${act}`, { ...body, ...where });
      } catch (error) {
        pane.say(error.message || "The town does not answer");
        return undefined;
      }
    });
    return queue;
  };
  const inTopic = () => (pane.topic > GENERAL ? { topic: pane.topic } : {});

  return {
    get bot() { return pane.town.bot; },
    get me() { return pane.personId; },
    get spoken() { return pane.person.language_code; },
    get languages() { return pane.town.languages; },
    get inGroup() { return Boolean(pane.group); },
    get place() { return pane.group?.title ?? "the bot"; },
    get rest() { return pane.parts.log; },
    start: (payload = "") => {
      if (pane.group) pane.openChat(pane.personId);
      return send("start", { payload }, pane.personId);
    },
    openBot: () => pane.openChat(pane.personId),
    share: (text) => pane.town.share(pane, text),
    say: (text, replyTo) => send("say", { text, ...(replyTo ? { reply_to: replyTo } : {}), ...inTopic() }),
    sayIn: (chatId, text) => send("say", { text }, chatId),
    saveEdit: (messageId, text) => send("edit", { message_id: messageId, text }),
    isAnswered: (queryId) => pane.answeredTaps.includes(queryId),
    tap: async (messageId, row, column) => (await send("tap", { message_id: messageId, row, column }))?.query_id,
    shareContact: (person) => send("contact", person ? { person } : {}),
    forward: (message, chatId) => send("forward", { message_id: message.message_id, from: pane.chatId }, chatId),
    remove: (message) => send("delete", { message_id: message.message_id }),
    speak: (language) => send("speak", { language }, pane.personId),
    rename: (names) => send("rename", names, pane.personId),
    sendPicture: () => send("photo"),
    sendFile: async (file) => {
      const content = await base64(file);
      return file.type.startsWith("image/") ? send("photo", { content }) : send("file", { name: file.name, mime_type: file.type, content });
    },
    hideForwards: (hidden) => send("hide", { hidden }, pane.personId),
    disappear: () => send("disappear", {}, pane.personId),
    join: (chatId) => send("join", {}, chatId),
    leave: (chatId) => send("leave", {}, chatId),
    block: () => send("block", {}, pane.personId),
    unblock: () => send("unblock", {}, pane.personId),
    clear: () => send("clear", {}, pane.personId),
    read: () => send("read"),
    reply: (message) => pane.foot.reply(message),
    edit: (message) => pane.foot.edit(message),
    openMessageMenu: (message) => {
      pane.openPopup("above", messageMenu(pane, pane.acting, message));
      pane.focusPopup();
    },
    openPopup: (where, buttons) => pane.openPopup(where, buttons),
    closePopup: () => pane.closePopup(),
  };
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
