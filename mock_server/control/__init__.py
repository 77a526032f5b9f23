"""The control API under `/__stub__/`: what tests and people use to look into the stub and to make trouble.

JSON in and out, header `X-Stub-Token`; errors are `{"error": "..."}` with 400, 401 or 404. It is never
affected by outages or faults. The verbs, their bodies and answers:

    GET    state                                   scenario, seed, world (number), echo, URLs, people
    POST   reset {scenario | document, seed?}      a new world; answers with its state
    POST   restart {}                              all sessions and rooms lost, the store stays
    GET    store                                   {projects, epics, sprints, tasks}
    GET    connections                             {connections: [{sid, eio_sid, user, transport, rooms,
                                                   connected_at}]}
    GET    rooms                                   {rooms: {"project:atlas": [{sid, user}]}}
    GET    silent                                  {eio_sids}: sessions without heartbeat, by a fault
    GET    journal?since=0                         {entries, next, now}; `since` is inclusive, `next` the
                                                   next one, `now` the stub's clock (epoch seconds)
    POST   emit {event, data?, room | sid | user}  a raw event, unvalidated; without addressee: to everybody;
                                                   without data: no argument -> {seq, to: [sids]}
    POST   cut {user | sid | all: true, code?}     TCP reset, session gone -> {cut: [sids]}; `code`: as
                                                   a websocket's close code, or a poll's close packet
    POST   kick {user | sid | all: true}           server-side disconnect -> {kicked: [sids]}
    POST   freeze {user | sid | all: true}         half-open: nothing passes either way, no TCP connection
                                                   ends -> {eio_sids: [...]}, the sessions that are hit
    POST   starve {user | sid | all: true}         no heartbeat any more -> {eio_sids}
    POST   slow {user | sid | all: true, delay_ms} all that the stub sends comes later -> {eio_sids}
    POST   mend {eio_sids?, faults?: [freeze, starve, slow]}   ends these; what was frozen goes out
    POST   unknown-sid {user | sid | all: true, times?: n | "all"}   requests of these sessions meet a server
                                                   that does not know them (no sticky session) -> {eio_sids}
    POST   misroute {event, user, times?: n | "all"}   matching events also reach `user`, in the room or not
    POST   refuse {connections?: n | "all", mode?: http503 | abort, upgrade?: bool | refuse | hang}
    POST   outage {on, rest?: true}
    POST   rest-fault {...}                        see `mock_server.faults.RestFaultSpec` -> {id}
    POST   ack-fault {...}                         see `mock_server.faults.AckFaultSpec` -> {id}
    POST   release {id?}                           lets held calls go -> {released: n}
    POST   disarm {id}                             ends one of the two -> {released: n}
    DELETE faults                                  no fault, refusal, outage any more; releases what is held
    POST   expire {user}                           every token issued so far counts as expired -> {}
    POST   token {user, ttl_s?}                    -> {token}
    POST   member {project, user, member: bool}    -> the project
    POST   wait {for: {...}, timeout_ms}           see `mock_server.control.waiting` -> {met, ...}
"""
