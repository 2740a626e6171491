// The bridge between libFuzzer and a .NET process that SharpFuzz's LibFuzzer.Run serves. libFuzzer calls a function of its own
// process; the function hands the input on and waits. What both agree on:
//   one shared memory segment: the trace map, then the input; its id is in __LIBFUZZER_SHM_ID;
//   two pipes, whose ends of the other process are in __LIBFUZZER_CONTROL_PIPE_ID (we write) and __LIBFUZZER_STATUS_PIPE_ID;
//   the process says 0 when it is ready; then for each input we write its length, and it answers with a status, 0 for none;
//   numbers are 32 bits, in the order of the machine.
// The map is copied into libFuzzer's extra counters, which are all the feedback that there is: this file is no subject.
// The process is what stands on the command line behind -ignore_remaining_args=1.

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

enum { MAP_BYTES = 65536, INPUT_BYTES = 1 << 20 };

// Not static: nobody here reads it, and what nobody can read a compiler does not write.
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t counters[MAP_BYTES];

static uint8_t *shared;
static int control;
static int status;

static void fail(const char *what) {
    perror(what);
    _exit(3);
}

// libFuzzer's own alarm interrupts calls every few seconds, so both of these go on after it.
static int32_t read_status(void) {
    int32_t value = 0;
    size_t have = 0;
    while (have < sizeof value) {
        ssize_t got = read(status, (char *)&value + have, sizeof value - have);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return -1;
        }
        have += got < 0 ? 0 : (size_t)got;
    }
    return value;
}

static void write_length(size_t size) {
    int32_t length = (int32_t)size;
    ssize_t put;
    do {
        put = write(control, &length, sizeof length);
    } while (put < 0 && errno == EINTR);
    if (put != sizeof length) {
        fail("the program does not listen");
    }
}

static void set_number(const char *name, int number) {
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    setenv(name, text, 1);
}

static void start(char **command, int segment) {
    int to_child[2];
    int from_child[2];
    if (pipe(to_child) != 0 || pipe(from_child) != 0) {
        fail("pipe");
    }
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        close(to_child[1]);
        close(from_child[0]);
        set_number("__LIBFUZZER_SHM_ID", segment);
        set_number("__LIBFUZZER_CONTROL_PIPE_ID", to_child[0]);
        set_number("__LIBFUZZER_STATUS_PIPE_ID", from_child[1]);
        execvp(command[0], command);
        fail(command[0]);
    }
    close(to_child[0]);
    close(from_child[1]);
    control = to_child[1];
    status = from_child[0];
    fcntl(control, F_SETFD, FD_CLOEXEC);
    fcntl(status, F_SETFD, FD_CLOEXEC);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    int at = 1;
    while (at < *argc && strcmp((*argv)[at], "-ignore_remaining_args=1") != 0) {
        at++;
    }
    if (at + 1 >= *argc) {
        fprintf(stderr, "usage: bridge OPTIONS -ignore_remaining_args=1 PROGRAM...\n");
        exit(2);
    }
    int segment = shmget(IPC_PRIVATE, MAP_BYTES + INPUT_BYTES, IPC_CREAT | 0600);
    if (segment < 0 || (shared = shmat(segment, NULL, 0)) == (void *)-1) {
        fail("shared memory");
    }
    start(*argv + at + 1, segment);
    int32_t ready = read_status();

    // Both have attached it by now; it goes with the last of them.
    shmctl(segment, IPC_RMID, NULL);
    if (ready != 0) {
        fprintf(stderr, "the program has ended before the first input\n");
        exit(3);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > INPUT_BYTES) {
        return 0;
    }
    memset(shared, 0, MAP_BYTES);
    memcpy(shared + MAP_BYTES, data, size);
    write_length(size);
    int32_t result = read_status();
    memcpy(counters, shared, MAP_BYTES);
    if (result != 0) {
        fprintf(stderr, "the program reports a crash\n");
        abort();
    }
    return 0;
}
