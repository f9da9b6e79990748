"""The content-addressed store: raw mails, attachments, rendered mails, by their SHA-256."""

from helpdesk.blobs.away import DamagedFile as DamagedFile
from helpdesk.blobs.away import StoreAway as StoreAway
from helpdesk.blobs.away import WrongStore as WrongStore
from helpdesk.blobs.opening import open_blobs as open_blobs
from helpdesk.blobs.opening import open_place as open_place
from helpdesk.blobs.place import ObjectPlace as ObjectPlace
from helpdesk.blobs.store import Blobs as Blobs
