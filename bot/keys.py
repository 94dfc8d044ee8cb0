"""The typed keys under which the app keeps its parts; bot/app.py fills them, handlers read them."""

from aiohttp import web

from bot.accounts.service import Accounts
from bot.assistant.port import Assistant
from bot.bus.port import Bus
from bot.conversation.service import ConversationService
from bot.conversation.turns import Turns
from bot.handover.desk import Desk
from bot.settings import Settings
from bot.storage.database import Database

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
BUS = web.AppKey("bus", Bus)
ASSISTANT = web.AppKey("assistant", Assistant)
SERVICE = web.AppKey("service", ConversationService)
TURNS = web.AppKey("turns", Turns)
DESK = web.AppKey("desk", Desk)
ACCOUNTS = web.AppKey("accounts", Accounts)
