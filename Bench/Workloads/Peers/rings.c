// The rings that ours are held against, in C: the shapes that the literature offers for one producer and one consumer, with the
// same slots of a cache line, the same message of 56 bytes written and read in place, and the same bounded wait. Built with
// gcc -O2 when somebody asks for a peer; a workload calls one function per run and side, so crossing into C costs nothing. Each
// function is written out per shape by a macro, since a test of the shape for every message would be a cost of its own.

#define _GNU_SOURCE
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPE_COUNTERS, SHAPE_SEQUENCE, SHAPE_BATCHED };
enum { WORDS = 7, BATCH = 64, PAUSES_BEFORE_YIELD = 2000, LINE_PAIR_BYTES = 128 };

typedef struct {
    _Atomic long sequence;
    long words[WORDS];
} slot;

typedef struct {
    _Atomic long published __attribute__((aligned(LINE_PAIR_BYTES)));
    long next;
    long seen_released;
    _Atomic long released __attribute__((aligned(LINE_PAIR_BYTES)));
    long position;
    long seen_published;
    long capacity __attribute__((aligned(LINE_PAIR_BYTES)));
    long shape;
    slot slots[] __attribute__((aligned(LINE_PAIR_BYTES)));
} ring;

static inline void wait_once(int *turns)
{
    if (*turns < PAUSES_BEFORE_YIELD) {
        ++*turns;
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    } else {
        sched_yield();
    }
}

static inline long load(_Atomic long *word) { return atomic_load_explicit(word, memory_order_acquire); }

static inline void store(_Atomic long *word, long value) { atomic_store_explicit(word, value, memory_order_release); }

// Two positions that both sides read: Lamport's ring, each side with a copy of the other's position.
static inline int has_room_counters(ring *r, long p, slot *s)
{
    (void)s;
    return p - r->seen_released < r->capacity || p - (r->seen_released = load(&r->released)) < r->capacity;
}

static inline int has_message_counters(ring *r, long p, slot *s)
{
    (void)s;
    return p < r->seen_published || p < (r->seen_published = load(&r->published));
}

static inline void publish_counters(ring *r, long p, slot *s) { (void)s; store(&r->published, p + 1); }

static inline void release_counters(ring *r, long p, slot *s) { (void)s; store(&r->released, p + 1); }

// The slot's sequence says all, in both directions: Vyukov's ring.
static inline int has_room_sequence(ring *r, long p, slot *s) { (void)r; return load(&s->sequence) == p; }

static inline int has_message_sequence(ring *r, long p, slot *s) { (void)r; return load(&s->sequence) == p + 1; }

static inline void publish_sequence(ring *r, long p, slot *s) { (void)r; store(&s->sequence, p + 1); }

static inline void release_sequence(ring *r, long p, slot *s) { store(&s->sequence, p + r->capacity); }

// The sequence says that a message is there, a position that is told in batches that slots are free.
static inline int has_room_batched(ring *r, long p, slot *s) { return has_room_counters(r, p, s); }

static inline int has_message_batched(ring *r, long p, slot *s) { return has_message_sequence(r, p, s); }

static inline void publish_batched(ring *r, long p, slot *s) { publish_sequence(r, p, s); }

static inline void release_batched(ring *r, long p, slot *s)
{
    (void)s;
    if ((p + 1) % BATCH == 0) {
        store(&r->released, p + 1);
    }
}

#define SHAPE(NAME)                                                         \
    static inline void send_##NAME(ring *r, long value)                     \
    {                                                                       \
        long p = r->next++;                                                 \
        slot *s = &r->slots[p & (r->capacity - 1)];                         \
        for (int turns = 0; !has_room_##NAME(r, p, s);) {                   \
            wait_once(&turns);                                              \
        }                                                                   \
        for (int word = 0; word < WORDS; word++) {                          \
            s->words[word] = value + word;                                  \
        }                                                                   \
        publish_##NAME(r, p, s);                                            \
    }                                                                       \
    static inline long receive_##NAME(ring *r)                              \
    {                                                                       \
        long p = r->position++;                                             \
        slot *s = &r->slots[p & (r->capacity - 1)];                         \
        for (int turns = 0; !has_message_##NAME(r, p, s);) {                \
            wait_once(&turns);                                              \
        }                                                                   \
        long sum = 0;                                                       \
        for (int word = 0; word < WORDS; word++) {                          \
            sum += s->words[word];                                          \
        }                                                                   \
        release_##NAME(r, p, s);                                            \
        return sum;                                                         \
    }                                                                       \
    static void send_all_##NAME(ring *r, long count)                        \
    {                                                                       \
        for (long value = 0; value < count; value++) {                      \
            send_##NAME(r, value);                                          \
        }                                                                   \
    }                                                                       \
    static long receive_all_##NAME(ring *r, long count)                     \
    {                                                                       \
        long sum = 0;                                                       \
        for (long number = 0; number < count; number++) {                   \
            sum += receive_##NAME(r);                                       \
        }                                                                   \
        return sum;                                                         \
    }                                                                       \
    static long ask_##NAME(ring *requests, ring *replies, long count)       \
    {                                                                       \
        long sum = 0;                                                       \
        for (long value = 0; value < count; value++) {                      \
            send_##NAME(requests, value);                                   \
            sum += receive_##NAME(replies);                                 \
        }                                                                   \
        return sum;                                                         \
    }                                                                       \
    static void answer_##NAME(ring *requests, ring *replies, long count)    \
    {                                                                       \
        for (long number = 0; number < count; number++) {                   \
            send_##NAME(replies, receive_##NAME(requests));                 \
        }                                                                   \
    }

SHAPE(counters)
SHAPE(sequence)
SHAPE(batched)

#define DISPATCH(CALL, ...)                                                 \
    switch (requests->shape) {                                              \
    case SHAPE_COUNTERS: CALL##_counters(__VA_ARGS__); break;               \
    case SHAPE_SEQUENCE: CALL##_sequence(__VA_ARGS__); break;               \
    default: CALL##_batched(__VA_ARGS__); break;                            \
    }

// Every function that is called from outside returns something, which keeps the two sides' signatures few.
ring *peer_open(long shape, long capacity)
{
    size_t bytes = sizeof(ring) + (size_t)capacity * sizeof(slot);
    ring *r = aligned_alloc(LINE_PAIR_BYTES, (bytes + LINE_PAIR_BYTES - 1) / LINE_PAIR_BYTES * LINE_PAIR_BYTES);
    memset(r, 0, bytes);
    r->capacity = capacity;
    r->shape = shape;
    for (long index = 0; index < capacity; index++) {
        r->slots[index].sequence = index;
    }
    return r;
}

void peer_close(ring *r) { free(r); }

long peer_send(ring *requests, ring *replies, long count)
{
    (void)replies;
    DISPATCH(send_all, requests, count)
    return count;
}

long peer_receive(ring *requests, ring *replies, long count)
{
    (void)replies;
    long sum = 0;
    DISPATCH(sum = receive_all, requests, count)
    return sum;
}

long peer_ask(ring *requests, ring *replies, long count)
{
    long sum = 0;
    DISPATCH(sum = ask, requests, replies, count)
    return sum;
}

long peer_answer(ring *requests, ring *replies, long count)
{
    DISPATCH(answer, requests, replies, count)
    return count;
}
