"""The one error tree. A stable code goes out, the cause goes to the log; bot/edge/middleware.py maps it to HTTP."""


class EersteStapError(Exception):
    """Root of all errors of our own."""


class SettingsError(EersteStapError):
    """A setting is missing or wrong; the message names the variable."""


class KeyFileError(EersteStapError):
    """The master key is missing, unreadable or not the one that the data was written with."""


class AssistantUnavailableError(EersteStapError):
    """Rasa is down, slow, or answered something that can't be used."""


class RefusedError(EersteStapError):
    """A request that the protocol refuses: `code` is stable, `status` fits it, `message` is for developers.

    Subclasses only set those three; docs/protocol.md lists them all and a test compares.
    """

    code = "refused"
    status = 400
    message = "The request is refused."

    def __init__(self, client_id: str | None = None) -> None:
        super().__init__(self.code)
        self.client_id = client_id


class InvalidJsonError(RefusedError):
    code, message = "invalid_json", "This is not JSON."


class InvalidFrameError(RefusedError):
    code, message = "invalid_frame", "A field is missing, unknown or of the wrong type."


class UnknownFrameError(RefusedError):
    code, message = "unknown_frame", "There is no frame of this type."


class BinaryNotAllowedError(RefusedError):
    code, message = "binary_not_allowed", "Frames are JSON text, not binary."


class EmptyMessageError(RefusedError):
    code, message = "empty_message", "A message needs at least one visible character."


class MessageTooLongError(RefusedError):
    code, status, message = "message_too_long", 413, "A message has at most 2,000 characters."


class ControlCharactersError(RefusedError):
    code, message = "control_characters", "Only tab and line breaks are accepted as control characters."


class TooManyMessagesError(RefusedError):
    code, status, message = "too_many_messages", 429, "Too many messages at once: wait for the answers."


class HelloExpectedError(RefusedError):
    code, status, message = "hello_expected", 401, "The first frame must be hello."


class HelloTimeoutError(RefusedError):
    code, status, message = "hello_timeout", 408, "No hello within 10 seconds."


class TooSlowError(RefusedError):
    code, status, message = "too_slow", 408, "The client does not read what it is sent."


class ConversationNotFoundError(RefusedError):
    """Missing and forbidden look the same, so nobody can find out which conversations exist."""

    code, status, message = "conversation_not_found", 404, "No such conversation, or not yours."


class ConversationClosedError(RefusedError):
    code, status, message = "conversation_closed", 409, "This conversation has ended."


class NotNowError(RefusedError):
    """The state of the conversation does not allow this (bot/conversation/state.py)."""

    code, status, message = "not_now", 409, "The conversation is not in a state that allows this."


class AlreadyClaimedError(RefusedError):
    code, status, message = "already_claimed", 409, "A colleague was first."


class OperatorNotAvailableError(RefusedError):
    code, status, message = "operator_not_available", 409, "That colleague is not there."


class LoginFailedError(RefusedError):
    code, status, message = "login_failed", 401, "Name or password is wrong."


class LoginRequiredError(RefusedError):
    code, status, message = "login_required", 401, "Log in first."


class TooManyAttemptsError(RefusedError):
    code, status, message = "too_many_attempts", 429, "Too many attempts: try again in a few minutes."


class CrossSiteError(RefusedError):
    code, status, message = "cross_site", 403, "Requests from another site are refused."
