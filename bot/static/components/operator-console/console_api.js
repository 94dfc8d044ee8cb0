/* The console's calls over HTTP. The session is a cookie that the server set; this file never sees it. */

const API = "/console/api";

export class ApiError extends Error {
  constructor(code, status) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

async function call(method, path, body) {
  const options = { method, cache: "no-store", headers: {} };
  if (method === "POST") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  const answer = await fetch(`${API}${path}`, options);
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new ApiError(problem.error?.code ?? "internal_error", answer.status);
  }
  return answer.json().catch(() => ({}));
}

export const SOCKET_PATH = `${API}/ws`;
export const logIn = (username, password) => call("POST", "/login", { username, password });
export const logOut = () => call("POST", "/logout");
export const readQueue = () => call("GET", "/queue");
export const readConversation = (id) => call("GET", `/conversations/${encodeURIComponent(id)}`);
export const claim = (id) => call("POST", `/conversations/${encodeURIComponent(id)}/claim`);
export const release = (id) => call("POST", `/conversations/${encodeURIComponent(id)}/release`);
export const close = (id) => call("POST", `/conversations/${encodeURIComponent(id)}/close`);
export const transfer = (id, to) => call("POST", `/conversations/${encodeURIComponent(id)}/transfer`, { to });
