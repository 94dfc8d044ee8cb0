"""All tables together, for the migrations: importing a model registers it."""

from bot.accounts.models import Operator, OperatorSession
from bot.conversation.models import Conversation, Message
from bot.review.models import UnsureTurns
from bot.storage.base import Base

metadata = Base.metadata

__all__ = ["Conversation", "Message", "Operator", "OperatorSession", "UnsureTurns", "metadata"]
