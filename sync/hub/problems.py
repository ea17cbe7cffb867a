"""What the hub refuses, in sentences: each problem has a stable code, an HTTP status and a way out."""

from sync.protocol.messages import Problem

_TABLE: dict[str, tuple[int, str, str]] = {
    # code: status, title, sentence with a way out
    "request.body": (400, "The request cannot be read", "The body is not a {kind}. Compare the versions of terminal and hub."),
    "request.nul": (400, "A value is wrong", "A text in the request holds a NUL (\\u0000). Nothing is called so: leave it out."),
    "request.idempotency_key": (
        400, "No Idempotency-Key", "Send an Idempotency-Key header (a UUID) and keep it for every retry of this request."),
    "request.idempotency_reused": (
        422, "Idempotency-Key used again", "This key was used with another body. Make a new key for a new request."),
    "request.too_large": (413, "The request is too large", "Send at most {limit} bytes in one request."),
    "request.too_slow": (408, "The request came too slowly", "Send it again over a better line."),
    "request.unsigned": (401, "The request is not signed", "Send the three Toonbank signature headers of an enrolled terminal."),
    "request.signature": (
        401, "The signature is wrong", "The request was not signed by this terminal's key. Enrol the terminal again."),
    "request.clock": (
        401, "The clocks differ", "The terminal's clock is {minutes} minutes off. Sign again with the hub's time; set the clock."),
    "request.argument": (400, "A value is wrong", "{name} is {value}, which is not {wanted}."),
    "request.not_found": (404, "There is no such thing", "Nothing is at this address. Compare the versions of terminal and hub."),
    "request.method": (405, "That cannot be done here", "This address takes another method. See /v1/openapi.json."),
    "device.unknown": (
        401, "The terminal is not known", "This hub never enrolled the terminal. Check the hub's address, or enrol it again."),
    "device.revoked": (
        403, "The terminal was replaced", "Another terminal took this place: it gets no data, but may still push its facts."),
    "device.series": (
        409, "The receipt series is taken",
        "Another terminal has series {series} of this place. Enrol this one again; keep its folder."),
    "device.none": (404, "There is no such terminal", "No terminal {terminal} stood in {store}. See toonbank-hub device list."),
    "device.unsent": (
        409, "Facts are missing", "{count} facts of the terminal are not here yet. Let it send them, or give them up by name."),
    "certificate.ended": (
        403, "The certificate is over", "The terminal renews it by itself and may push meanwhile. If it does not, enrol it again."),
    "certificate.too_late": (
        403, "The certificate ended too long ago", "It can be renewed for {days} days after its end. Enrol the terminal again."),
    "backup.damaged": (409, "The backup is damaged", "{file} is not what was written. Use another backup."),
    "backup.elsewhere": (
        409, "The database is not in the folder",
        "{folder} has no hub.db. Back PostgreSQL up with pg_basebackup or pg_dump, and hub.toml with it: see sync/README.md."),
    "backup.key": (
        404, "The backup cannot be opened", "It was sealed for another store or another hub than {store}'s. Use another backup."),
    "device.kind": (403, "Not for this kind of terminal", "Only a {wanted} may do this."),
    "device.store": (403, "Not for this store", "A terminal may do this for its own store {store} only."),
    "enrol.code_wrong": (403, "The code is not right", "Check the code, or make a new one: toonbank-hub enrol-code."),
    "enrol.code_expired": (403, "The code is too old", "Make a new one: toonbank-hub enrol-code."),
    "enrol.code_used": (403, "The code was used", "Each code makes one terminal. Make a new one: toonbank-hub enrol-code."),
    "enrol.too_many": (429, "Too many wrong codes", "Wait {seconds} seconds before the next try."),
    "enrol.key": (400, "The key cannot be used", "public_key must be the base64 of 32 bytes of an Ed25519 key."),
    "enrol.hours": (400, "That is too long", "A code is good for 72 hours at most."),
    "fact.signature": (
        422, "A fact is not authentic",
        "Fact {seq} is not signed by its terminal. It was put aside and not stored. Run: toonbank ledger verify."),
    "posting.nothing": (409, "Nothing is new", "All of {day} is posted already. What comes later becomes a supplement."),
    "push.too_many": (413, "Too many facts", "Send at most {limit} facts in one push."),
    "hub.busy": (503, "The hub is busy", "Try again in a few seconds. Nothing was lost."),
    "hub.fault": (500, "The hub made a mistake", "Nothing of this request was kept. Look at the hub's log under {reference}."),
    "hub.recovering": (
        503, "The hub was restored", "It promises nothing until its terminals have said what they hold. Try again later."),
    "hub.doubtful": (
        503, "The database is older than what terminals saw",
        "{why}. Nothing is promised until it is restored in order: toonbank-hub restore --as-is."),
    "hub.serving": (409, "The hub is running", "Stop it first: terminals would speak to an epoch that it does not know."),
    "hub.closing": (503, "The hub is stopping", "Try again when it is back. Nothing was lost."),
    "feed.gone": (
        410, "The cursor is not of this history", "Fetch a snapshot and replace the copy; never merge it."),
    "proto.unsupported": (
        426, "Another version of the protocol",
        "The hub speaks {hub}, the terminal {terminal}. Update the {older}; facts are still accepted."),
    "snapshot.unknown": (404, "There is no such chunk", "Fetch the snapshot's manifest again and go on from there."),
    "picture.unknown": (404, "There is no such picture", "Import the products again with --pictures."),
    "help.unknown": (404, "There is no such call", "The call is older than 10 minutes or was never made. Call again."),
    "customer.invalid": (400, "This can be no customer", "The till sent what is refused here: {reason}. Update the till."),
    "staff.unknown": (404, "There is no such person", "No active member of staff has the number {number}."),
    "staff.pin_hash": (400, "The PIN cannot be kept", "pin_hash must be an argon2id hash in its text form."),
    "staff.exists": (409, "The number is taken", "{number} is {name}. Choose another number, or disable that person first."),
    "staff.badge": (409, "The badge is taken", "{number} {name} has this badge. A badge is one person's: use another."),
    "staff.role": (400, "There is no such role", "{role} is not a role. Choose cashier, associate or manager."),
    "store.unknown": (404, "There is no such store", "{store} is not a store of this hub. Stores: {stores}."),
    "tenant.none": (409, "The hub is empty", "Import the settings first: toonbank-hub import settings.toml."),
    "tenant.which": (400, "Which tenant?", "This hub serves {tenants}. Say --tenant."),
    "terminal.number": (400, "Not a terminal number", "{terminal} is not a terminal number. Use 1 to 4 digits or capital letters."),
    "terminal.kind": (400, "Not a kind of terminal", "{kind} is not a kind of terminal. Choose till or kiosk."),
    "stock.clear": (
        409, "Nothing to decide", "No count of {article} in {store} asks about this movement. Look at the list again."),
    "reservation.refused": (
        409, "Not as much is free", "Free of {article} in {store}: {free_milli} thousandths. Ask for less, or in another store."),
    "reservation.unknown": (404, "There is no such reservation", "Whoever asks made no reservation with this id. Check the id."),
    "reservation.epoch": (
        409, "There is nothing to put back",
        "Only what was reserved before the hub's epoch {epoch} began is put back. Reserve anew."),
    "reservation.proof": (
        403, "The hub never made it",
        "Reservation {reservation} lacks this hub's signature for this asker. Send the proof that came with it, or reserve anew."),
    "reservation.over": (409, "The reservation is over", "It is {state}. Make a new one."),
    "request.in_progress": (
        409, "The same request is being worked on", "Ask again in a moment with the same Idempotency-Key."),
    "connector.unknown": (
        401, "The key is not known", "Make a key with toonbank-hub stock connector, and send it as Authorization: Bearer KEY."),
    "article.unknown": (404, "There is no such article", "{sku} is not in the catalogue. Import the products first."),
    "order.unknown": (
        404, "There is no such order", "No order {text} was placed here. Look at the list: toonbank-hub order list."),
    "order.which": (400, "Which order?", "{text} is the number of more than one order: {ids}. Say the id."),
    "order.over": (
        409, "Nothing can be cancelled", "All of {text} is over, or with its customer or a carrier. Take it back as a return."),
    "order.changed": (409, "The order changed", "Order {order} stands otherwise by now. Look at it again; nothing was changed."),
    "order.quantity": (400, "Not a quantity", "Give a quantity above 0, whole for pieces."),
    "order.there": (409, "It is there already", "{place} has it already. Choose another place."),
    "order.exists": (
        409, "There is another order of this id", "Order {order} was placed with other lines. Give a new order an id of its own."),
    "price.amount": (400, "Not a price", "{amount} is not a price. Write it with a point, such as 19.99."),
    "price.from": (400, "Not a time", '{text} is not a time. Write "2026-12-01 09:00", in the time of the store.'),
    "price.overtaken": (
        409, "A newer price holds", "{sku} has had a newer price since {since}. Leave --from out to set the price now."),
    "import.faults": (422, "The file has faults", "{count} faults were found. Nothing was changed. Mend them and import again."),
    "import.kind": (
        400, "Not a file that can be imported", "{file} is no products, categories, words, staff or settings. {reason}"),
    "folder.in_use": (
        409, "The folder is in use", "Another hub (process {process}) works on {folder}. Stop it, or use another folder."),
    "folder.no_access": (409, "The folder cannot be used", "{folder} cannot be written: {reason}. Choose another with --data."),
    "folder.absent": (404, "There is no hub", "{folder} holds no hub. Make one: toonbank-hub serve --data {folder}."),
    "database.too_new": (
        409, "The database is newer", "{file} was made by a newer version ({found}). Update this program; nothing was changed."),
    "database.unreachable": (
        503, "The database does not answer", "{reason}. Check [database] url in hub.toml, or --database, and that it runs."),
    "database.url": (
        400, "Not a database", "{scheme} is no database of the hub. Use postgresql://user@host:5432/name, or nothing."),
    "database.collation": (
        409, "The database sorts otherwise",
        "It is made for {found}. Make one with: CREATE DATABASE toonbank TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'."),
    "database.other_hub": (
        409, "The folder is another hub's",
        "{folder} holds the key of another hub than the database. Give this process a folder of its own with --data."),
    "database.damaged": (409, "The database is damaged", "{file} is no database of the hub: {reason}. Restore it from a backup."),
    "port.in_use": (409, "The port is in use", "{address} cannot be used ({reason}). Choose another with --port or --host."),
    "state.large": (413, "Too much is told", "Tell at most {limit} things that wait."),
    "queue.gone": (404, "It is not there any more", "{id} does not wait any more, or never did. Look at the list again."),
    "queue.not_possible": (
        409, "That cannot be done", "{action} cannot be done about {id}. Look what can be: toonbank-hub queue show."),
    "queue.note": (400, "No reason", "Say in a few words why, with --note."),
    "queue.patch": (
        400, "Not a correction", 'Write the parts of the body that are to be another as JSON, such as {{"deposit": 0}}.'),
    "queue.field": (400, "A field is wrong", "{field}: {value} is not {wanted}. Nothing was changed."),
    "office.terminal": (404, "There is no such terminal", "It was replaced, or never stood here. Look at the list again."),
    "office.user": (404, "There is no such user", "{name} is not an active user of the office pages."),
    "office.exists": (409, "The name is taken", "{name} is a user already. Disable that one first, or choose another name."),
    "office.role": (400, "There is no such role", "{role} is not a role. Choose one of: {roles}."),
    "office.stores": (400, "Which stores?", "A {role} is of some stores. Name them with --stores, such as --stores AMS1,UTR1."),
    "office.right": (403, "Not for this user", "Your role has not this right. Ask whoever runs the hub: toonbank-hub office-user."),
    "office.name": (400, "Not a name", "Use 2 to 60 letters, digits, dots or dashes."),
    "shop.key": (
        401, "The key is not good",
        "Send a key as Authorization: Bearer KEY. Unknown, ended and revoked ones read the same: toonbank-hub key list."),
    "shop.scope": (403, "Not with this key", "The key lacks {scope}. Make one that has it: toonbank-hub key add."),
    "shop.too_many": (429, "Too many requests", "The key may ask {limit} times a minute. Wait {seconds} seconds."),
    "shop.scopes": (400, "Not a scope", "{scope} is no scope. Choose from: {scopes}."),
    "shop.brand": (
        400, "Which brand, and where?", "{brand} has no store in {country}, or several countries: {there}. Brands: {brands}."),
    "shop.key_unknown": (404, "There is no such key", "{key} is no key, or was revoked. See: toonbank-hub key list."),
    "shop.none": (404, "There is no such thing", "No {what} of this brand is called {id}. Check the id."),
    "shop.changed": (
        412, "It was changed meanwhile", "It is at version {version}. Read it again, and send If-Match with what you read."),
    "shop.ordered": (409, "The basket was ordered", "It became order {order}. Make a new basket."),
    "shop.cursor": (410, "The cursor is too old", "Events after it are gone. Read everything again, then go on without a cursor."),
    "shop.unsellable": (422, "A line cannot be ordered", "Line {line}: {reason}"),
    "shop.total": (
        409, "It costs something else",
        "The order says {said}, and it costs {found}: {difference} more (minor units). Show the new total."),
    "shop.payment": (
        409, "The payments do not fit",
        "Paid is {paid} of {total} (minor units). Pay all of it ahead, or collect all of it and pay there."),
    "shop.not_owed": (
        409, "Nothing is to be paid",
        "Order {order} needs no more money: it was cancelled or paid before. {back} (minor units) goes back by refund {refund}."),
    "shop.stock": (
        409, "Not all of it is there",
        "Of line {line} ({article}) only {free_milli} thousandths can be had. Order less, otherwise, or with stock accept."),
    "shop.reference": (409, "The reference is taken", "{reference} is order {order}. Give each order a reference of its own."),
    "shop.person": (
        422, "The address is not complete",
        "A name and a mail address or telephone are needed, and to ship a full address ({reason})."),
    "shop.settled": (409, "The money went back already", "Refund {id} was told to be done. What is done stays done."),
    "shop.no_address": (
        409, "There is no address for it", "{purpose} needs a mail address, and the customer has none. Ask for one first."),
    "shop.receipt": (404, "There is no such receipt", "Send the whole address of the receipt's digital copy, as its code has it."),
    "shop.too_late": (409, "It is too late for that", "Of line {line} no more than {left_milli} thousandths can be {what}."),
    "service.unknown": (404, "There is no such request", "No service request {id} was opened here. Look at the list again."),
    "service.step": (
        409, "That is not possible now", "Service request {id} is {state}, so {step} cannot be done with it. Look at it again."),
    "shop.url": (400, "Not an address to tell", "{url}: {reason}"),
    "shop.hooks": (409, "Too many webhooks", "A key may have {limit}. Delete one that nobody needs."),
    "stop.unknown": (404, "There is no such stop", "Not just one sales stop begins with {id}. See: toonbank-hub recall list."),
    "settings.damaged": (400, "The settings cannot be read", "{file}: {reason}"),
}  # fmt: skip

CODES = tuple(_TABLE)


class HubProblem(Exception):
    """Something the hub refuses. `code` is stable; `values` fill its sentence and travel beside it."""

    def __init__(self, code: str, **values: str | int) -> None:
        assert code in _TABLE, f"{code} has no sentence"
        self.code = code
        self.values = values
        super().__init__(f"{code}: {self.detail}")

    @staticmethod
    def told(code: str) -> tuple[str, int]:
        """The title and HTTP status of a code."""
        return _TABLE[code][1], _TABLE[code][0]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _TABLE[self.code][0]

    @property
    def detail(self) -> str:
        """The sentence."""
        return _TABLE[self.code][2].format_map(self.values)

    def problem(self) -> Problem:
        """As it goes over the wire."""
        status, title, _ = _TABLE[self.code]
        return Problem(title, status, self.code, self.detail)
