// The oracle's own account of files: which numbers each process has open and for what, and which bytes went in and came out. It
// is written from calls and their results, forks and ends of processes, never copied from a server. A number that a call is about
// to change is not known meanwhile, and where two calls change one table at once it is not known for the rest of the run; then
// the book judges nothing that rests on it.

using System.Numerics;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Files;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What the ledger knows of files and bytes.</summary>
public sealed unsafe class FileBook
{
    private readonly FileAccount* accounts;
    private readonly StreamEntry* streams;
    private readonly FileBookState* state;

    internal FileBook(Arena arena)
    {
        accounts = arena.ReserveCold<FileAccount>(Scenario.MaximumStrands);
        streams = arena.ReserveCold<StreamEntry>(FileOperations.StreamCount);
        state = arena.ReserveHot<FileBookState>(1);
    }

    /// <summary>What is known of a byte stream.</summary>
    /// <param name="stream">Number of the stream.</param>
    /// <returns>Its entry.</returns>
    public ref StreamEntry Stream(int stream) => ref streams[stream];

    /// <summary>What is known of a process.</summary>
    /// <param name="process">Strand of its main thread.</param>
    internal ref FileAccount this[int process] => ref accounts[process];

    /// <summary>Whether a process has come to be.</summary>
    /// <param name="process">Strand of its main thread.</param>
    /// <returns>True from its beginning on.</returns>
    internal bool HasBegun(int process) => (state->Begun >> process & 1) != 0;

    /// <summary>A byte stream begins; its entry is initialised here and not at reset.</summary>
    /// <param name="stream">Number of the stream.</param>
    internal void OpenStream(int stream) => streams[stream] = default;

    /// <summary>A process comes to be, without files.</summary>
    /// <param name="process">Strand of its main thread.</param>
    internal void ProcessBegan(int process)
    {
        accounts[process] = default;
        state->Begun |= 1u << process;
    }

    /// <summary>A process was duplicated with its files.</summary>
    /// <param name="parent">Strand of the parent.</param>
    /// <param name="child">Strand of the child.</param>
    internal void Forked(int parent, int child)
    {
        accounts[child] = accounts[parent];
        accounts[child].IsUnknown |= accounts[parent].ChangesInFlight > 0;
        accounts[child].ChangesInFlight = 0;
    }

    /// <summary>A file number of a process stands for a file from now on.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="number">File number.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="stream">Its byte stream.</param>
    internal void Opened(int process, int number, ResourceKind kind, int stream)
    {
        ref FileAccount account = ref accounts[process];
        account.Files[number] = new FileEntry { Kind = kind, Stream = (sbyte)stream };
        account.EverStreams[number] |= 1UL << stream;
    }

    /// <summary>A call that opens files begins.</summary>
    /// <param name="process">Strand of the process.</param>
    internal void OpeningBegan(int process)
    {
        accounts[process].Openings++;
        ChangeBegan(process, Scenario.None);
    }

    /// <summary>A call that closes a file begins.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="number">The number that it closes, or -1.</param>
    /// <param name="isCertain">Whether it can be no other number.</param>
    internal void ClosingBegan(int process, int number, bool isCertain)
    {
        accounts[process].EverClosed |= isCertain && number >= 0 ? 1u << number : uint.MaxValue;
        ChangeBegan(process, number);
    }

    private void ChangeBegan(int process, int number)
    {
        ref FileAccount account = ref accounts[process];
        account.Changes++;
        account.IsUnknown |= account.ChangesInFlight++ > 0;
        if (number >= 0)
        {
            account.Files[number].IsClosing = true;
        }
    }

    /// <summary>A call that opens or closes files has returned.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <param name="number">The number that it was to close, or -1.</param>
    /// <param name="isClosed">Whether it did.</param>
    internal void ChangeReturned(int process, int number, bool isClosed)
    {
        ref FileAccount account = ref accounts[process];
        account.ChangesInFlight--;
        if (number >= 0)
        {
            account.Files[number].IsClosing = false;
            account.Files[number] = isClosed ? default : account.Files[number];
        }
    }

    /// <summary>A call that changes the files of a process never returns.</summary>
    /// <param name="process">Strand of the process.</param>
    internal void ChangeAbandoned(int process) => accounts[process].IsUnknown = true;

    /// <summary>The last thread of a process has ended; its files are closed some time after.</summary>
    /// <param name="process">Strand of the process.</param>
    internal void ProcessEnded(int process) => state->Ended |= 1u << process;

    /// <summary>Nobody can run: what processes that have ended had open is closed.</summary>
    internal void Settle() => state->Settled = state->Ended;

    /// <summary>A server that drives devices has died.</summary>
    /// <param name="server">Its number.</param>
    internal void ServerDied(int server) => state->DeadServers |= 1u << server;

    /// <summary>Whether a server has died.</summary>
    /// <param name="server">Its number.</param>
    /// <returns>True from its death on.</returns>
    internal bool IsDead(int server) => (state->DeadServers >> server & 1) != 0;

    /// <summary>Whether some process holds an end of a pipe for certain. Who holds one has it from somebody who held it, so that
    /// there has been no moment without since the pipe was made.</summary>
    /// <param name="stream">The pipe.</param>
    /// <param name="end">Read end or write end.</param>
    /// <returns>True when it is held.</returns>
    internal bool IsHeld(int stream, ResourceKind end)
    {
        for (uint rest = state->Begun & ~state->Ended; rest != 0; rest &= rest - 1)
        {
            ref FileAccount account = ref accounts[BitOperations.TrailingZeroCount(rest)];
            if (Find(account, stream, end, alsoClosing: false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether some process may hold an end of a pipe.</summary>
    /// <param name="stream">The pipe.</param>
    /// <param name="end">Read end or write end.</param>
    /// <returns>False when certainly none does.</returns>
    internal bool MayBeHeld(int stream, ResourceKind end)
    {
        for (uint rest = state->Begun & ~state->Settled; rest != 0; rest &= rest - 1)
        {
            ref FileAccount account = ref accounts[BitOperations.TrailingZeroCount(rest)];
            if (account.IsUnknown || Find(account, stream, end, alsoClosing: true))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Number of files that a process has open.</summary>
    /// <param name="process">Strand of the process.</param>
    /// <returns>Their number.</returns>
    internal int CountOpen(int process)
    {
        int count = 0;
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            count += accounts[process].Files[number].IsOpen ? 1 : 0;
        }

        return count;
    }

    private static bool Find(in FileAccount account, int stream, ResourceKind end, bool alsoClosing)
    {
        for (int number = 0; number < Universe.MaxFiles; number++)
        {
            FileEntry entry = account.Files[number];
            bool isCertain = !entry.IsClosing && (!account.IsUnknown || (account.EverClosed >> number & 1) == 0);
            if (entry.Kind == end && entry.Stream == stream && (alsoClosing || isCertain))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What is known of the files of a process.</summary>
internal struct FileAccount
{
    /// <summary>Files by number.</summary>
    public FileEntries Files;

    /// <summary>Streams that each number has ever stood for, one bit each.</summary>
    public StreamSets EverStreams;

    /// <summary>Numbers that some call has begun to close, one bit each. What another number stands for it has always stood for,
    /// whatever calls overlap.</summary>
    public uint EverClosed;

    /// <summary>Calls of the process and its ancestors that have begun to make pipes.</summary>
    public ushort Openings;

    /// <summary>Calls so far that change the table; wraps.</summary>
    public ushort Changes;

    /// <summary>Those of them that have not returned.</summary>
    public byte ChangesInFlight;

    /// <summary>Whether calls overlapped, so that nothing is known any more.</summary>
    public bool IsUnknown;
}

/// <summary>A file number.</summary>
internal struct FileEntry
{
    /// <summary>What it stands for; none when it is closed.</summary>
    public ResourceKind Kind;

    /// <summary>Its byte stream.</summary>
    public sbyte Stream;

    /// <summary>Whether a call is closing it.</summary>
    public bool IsClosing;

    /// <summary>Whether it is open.</summary>
    public readonly bool IsOpen => Kind != ResourceKind.None;
}

/// <summary>Entries by number.</summary>
[InlineArray(Universe.MaxFiles)]
internal struct FileEntries
{
    private FileEntry first;
}

/// <summary>Sets of streams by number.</summary>
[InlineArray(Universe.MaxFiles)]
internal struct StreamSets
{
    private ulong first;
}

/// <summary>What is known of all files.</summary>
internal struct FileBookState
{
    /// <summary>Processes that have begun, by strand.</summary>
    public uint Begun;

    /// <summary>Processes whose threads have all ended.</summary>
    public uint Ended;

    /// <summary>Those of them whose files are certainly closed.</summary>
    public uint Settled;

    /// <summary>Servers that have died.</summary>
    public uint DeadServers;
}

/// <summary>What the ledger knows of a byte stream: what went in, and which bytes came out.</summary>
public unsafe struct StreamEntry
{
    /// <summary>Bytes per stream that are told apart; later ones are only counted.</summary>
    public const int TrackedBytes = 256;

    /// <summary>Bytes that writes have been asked to write, or that hardware has received.</summary>
    public uint Offered;

    /// <summary>Bytes that writes have reported as written.</summary>
    public uint Written;

    /// <summary>Bytes that reads have returned.</summary>
    public uint Delivered;

    private fixed ulong seen[TrackedBytes / 64];

    /// <summary>Notes delivered bytes.</summary>
    /// <param name="start">Position of the first.</param>
    /// <param name="count">Number of bytes.</param>
    /// <returns>False when one of them was delivered before.</returns>
    public bool TryDeliver(uint start, uint count)
    {
        Delivered += count;
        for (uint position = start; position < start + count && position < TrackedBytes; position++)
        {
            ulong bit = 1UL << (int)(position & 63);
            if ((seen[position >> 6] & bit) != 0)
            {
                return false;
            }

            seen[position >> 6] |= bit;
        }

        return true;
    }
}
