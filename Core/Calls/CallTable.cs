// The one table of calls: how a call is written, what its five argument words are, what it returns, whether it can block, who
// may make it. The text parser and formatter, the byte codec, the generator, the rules and the runner all read these rows, so
// that what is written, read, drawn and checked of a call is said in one place; what it does is the servers' (see CallKind).
// Ranges of numbers belong to the argument kind and are here as well. Optional arguments may only be followed by optional ones,
// except in `poll`, whose second descriptor comes before the timeout.

namespace Managarm.Perf.Core.Calls;

/// <summary>The one table of calls.</summary>
public static class CallTable
{
    /// <summary>One more than the greatest <see cref="CallKind"/>.</summary>
    public const int Count = (int)CallKind.Crash + 1;

    /// <summary>The greatest number of bytes in one call.</summary>
    public const int MaximumByteCount = 255;

    /// <summary>The greatest exit status.</summary>
    public const int MaximumStatus = 255;

    /// <summary>The greatest span of model time in one call, in ticks.</summary>
    public const int MaximumTicks = 1000;

    private const CallerKinds Everywhere = CallerKinds.Actors | CallerKinds.Handlers;
    private const CallFlags Waits = CallFlags.Blocking | CallFlags.Interruptible;

    private static readonly CallDescription[] Rows = CreateRows();

    /// <summary>The row of <paramref name="kind"/>.</summary>
    public static ref readonly CallDescription Of(CallKind kind) => ref Rows[(int)kind];

    /// <summary>The call with this exact name, or <see cref="CallKind.None"/>.</summary>
    public static CallKind Find(ReadOnlySpan<char> name)
    {
        for (var i = 1; i < Rows.Length; i++)
        {
            if (name.SequenceEqual(Rows[i].Name))
            {
                return (CallKind)i;
            }
        }

        return CallKind.None;
    }

    /// <summary>The class of callers a strand belongs to.</summary>
    public static CallerKinds CallerOf(StrandKind kind) => kind switch
    {
        StrandKind.Process or StrandKind.Thread or StrandKind.Child => CallerKinds.Actors,
        StrandKind.Handler => CallerKinds.Handlers,
        StrandKind.Time => CallerKinds.Time,
        StrandKind.Line => CallerKinds.Line,
        _ => CallerKinds.None,
    };

    /// <summary>The least number an argument of this kind takes; for names and sets the least index.</summary>
    public static int MinimumOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.Timeout or ArgumentKind.ProcessOrAny or ArgumentKind.OptionalPollDescriptor => -1,
        ArgumentKind.PollEvents => 1,
        _ => 0,
    };

    /// <summary>The greatest number an argument of this kind takes, as far as it does not depend on the scenario.</summary>
    public static int MaximumOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.ByteCount => MaximumByteCount,
        ArgumentKind.Status => MaximumStatus,
        ArgumentKind.Ticks or ArgumentKind.Timeout => MaximumTicks,
        ArgumentKind.Signal => SignalTable.Count - 1,
        ArgumentKind.Disposition => (int)SignalDisposition.Handle,
        ArgumentKind.ActionFlags => (int)SignalActionFlags.All,
        ArgumentKind.MaskChange => (int)MaskChange.Set,
        ArgumentKind.SignalSet => SignalTable.AllMask,
        ArgumentKind.WaitFlags => (int)WaitFlags.NoHang,
        ArgumentKind.PollEvents or ArgumentKind.OptionalPollEvents => (int)PollEvents.Both,
        ArgumentKind.Descriptor or ArgumentKind.Device or ArgumentKind.PollDescriptor or ArgumentKind.OptionalPollDescriptor =>
            Scenario.MaximumResources - 1,
        ArgumentKind.Process or ArgumentKind.Thread or ArgumentKind.ProcessOrAny => Scenario.MaximumStrands - 1,
        _ => 0,
    };

    /// <summary>The value of an argument that is left out or not yet set.</summary>
    public static short DefaultOf(ArgumentKind kind) =>
        kind is ArgumentKind.OptionalPollDescriptor or ArgumentKind.ProcessOrAny ? Scenario.None : (short)0;

    /// <summary>Whether the argument names a resource (or may name one).</summary>
    public static bool IsResource(ArgumentKind kind) =>
        kind is ArgumentKind.Descriptor or ArgumentKind.Device
            or ArgumentKind.PollDescriptor or ArgumentKind.OptionalPollDescriptor;

    /// <summary>Whether the argument names a strand (or may name one).</summary>
    public static bool IsStrand(ArgumentKind kind) =>
        kind is ArgumentKind.Process or ArgumentKind.Thread or ArgumentKind.ProcessOrAny;

    private static CallDescription[] CreateRows()
    {
        var rows = new CallDescription[Count];
        rows[(int)CallKind.None] = new("", CallerKinds.None, ResultKind.None, CallFlags.None);
        AddFileRows(rows);
        AddSignalRows(rows);
        AddProcessRows(rows);
        rows[(int)CallKind.Advance] = new("advance", CallerKinds.Time, ResultKind.None, CallFlags.None, ArgumentKind.Ticks);
        rows[(int)CallKind.Raise] =
            new("raise", CallerKinds.Line, ResultKind.None, CallFlags.None, ArgumentKind.Device, ArgumentKind.ByteCount);
        rows[(int)CallKind.Crash] = new("crash", CallerKinds.Line, ResultKind.None, CallFlags.None, ArgumentKind.Device);
        return rows;
    }

    private static void AddFileRows(CallDescription[] rows)
    {
        rows[(int)CallKind.Pipe] = new("pipe", Everywhere, ResultKind.Zero, CallFlags.CreatesPipe);
        rows[(int)CallKind.Read] =
            new("read", Everywhere, ResultKind.ByteCount, Waits, ArgumentKind.Descriptor, ArgumentKind.ByteCount);
        rows[(int)CallKind.Write] =
            new("write", Everywhere, ResultKind.ByteCount, Waits, ArgumentKind.Descriptor, ArgumentKind.ByteCount);
        rows[(int)CallKind.Close] = new("close", Everywhere, ResultKind.Zero, CallFlags.None, ArgumentKind.Descriptor);
        rows[(int)CallKind.Poll] = new(
            "poll",
            Everywhere,
            ResultKind.ReadyCount,
            Waits,
            ArgumentKind.PollDescriptor,
            ArgumentKind.PollEvents,
            ArgumentKind.OptionalPollDescriptor,
            ArgumentKind.OptionalPollEvents,
            ArgumentKind.Timeout);
        rows[(int)CallKind.Nanosleep] = new("nanosleep", Everywhere, ResultKind.Zero, Waits, ArgumentKind.Ticks);
    }

    private static void AddSignalRows(CallDescription[] rows)
    {
        rows[(int)CallKind.Kill] =
            new("kill", Everywhere, ResultKind.Zero, CallFlags.SendsSignal, ArgumentKind.Process, ArgumentKind.Signal);
        rows[(int)CallKind.Tgkill] = new(
            "tgkill",
            Everywhere,
            ResultKind.Zero,
            CallFlags.SendsSignal,
            ArgumentKind.Process,
            ArgumentKind.Thread,
            ArgumentKind.Signal);
        rows[(int)CallKind.Sigaction] = new(
            "sigaction",
            Everywhere,
            ResultKind.Zero,
            CallFlags.None,
            ArgumentKind.Signal,
            ArgumentKind.Disposition,
            ArgumentKind.ActionFlags);
        rows[(int)CallKind.Sigprocmask] =
            new("sigprocmask", Everywhere, ResultKind.Zero, CallFlags.None, ArgumentKind.MaskChange, ArgumentKind.SignalSet);
        rows[(int)CallKind.Sigsuspend] = new("sigsuspend", Everywhere, ResultKind.Never, Waits, ArgumentKind.SignalSet);
        rows[(int)CallKind.Pause] = new("pause", Everywhere, ResultKind.Never, Waits);
    }

    private static void AddProcessRows(CallDescription[] rows)
    {
        rows[(int)CallKind.Fork] = new("fork", CallerKinds.Actors, ResultKind.Process, CallFlags.CreatesChild);
        rows[(int)CallKind.Exit] =
            new("exit", CallerKinds.Actors, ResultKind.None, CallFlags.EndsProcess, ArgumentKind.Status);
        rows[(int)CallKind.Waitpid] =
            new("waitpid", Everywhere, ResultKind.Process, Waits, ArgumentKind.ProcessOrAny, ArgumentKind.WaitFlags);
        rows[(int)CallKind.Exec] = new("exec", CallerKinds.Actors, ResultKind.None, CallFlags.ReplacesImage);
        rows[(int)CallKind.Clone] = new("clone", CallerKinds.Actors, ResultKind.Zero, CallFlags.CreatesThread);
    }
}

/// <summary>What an argument word of a call means.</summary>
public enum ArgumentKind : byte
{
    /// <summary>The call has no such argument; the word is 0.</summary>
    None = 0,

    /// <summary>The index of any resource.</summary>
    Descriptor = 1,

    /// <summary>The index of a device.</summary>
    Device = 2,

    /// <summary>A number of bytes, 0 to 255.</summary>
    ByteCount = 3,

    /// <summary>The strand of a process or child.</summary>
    Process = 4,

    /// <summary>The strand of a process, child or thread.</summary>
    Thread = 5,

    /// <summary>A signal by its index in <see cref="SignalTable"/>.</summary>
    Signal = 6,

    /// <summary>A <see cref="SignalDisposition"/>.</summary>
    Disposition = 7,

    /// <summary><see cref="SignalActionFlags"/>; optional, 0 when left out.</summary>
    ActionFlags = 8,

    /// <summary>A <see cref="Managarm.Perf.Core.Calls.MaskChange"/>.</summary>
    MaskChange = 9,

    /// <summary>A 16-bit mask over <see cref="SignalTable"/>.</summary>
    SignalSet = 10,

    /// <summary>An exit status, 0 to 255.</summary>
    Status = 11,

    /// <summary>The strand of a process or child, or -1 for any child.</summary>
    ProcessOrAny = 12,

    /// <summary><see cref="Managarm.Perf.Core.Calls.WaitFlags"/>; optional, 0 when left out.</summary>
    WaitFlags = 13,

    /// <summary>The index of any resource; the next word holds the events.</summary>
    PollDescriptor = 14,

    /// <summary><see cref="Managarm.Perf.Core.Calls.PollEvents"/> of the descriptor before.</summary>
    PollEvents = 15,

    /// <summary>Like <see cref="PollDescriptor"/>, or -1 when left out.</summary>
    OptionalPollDescriptor = 16,

    /// <summary><see cref="Managarm.Perf.Core.Calls.PollEvents"/> of the optional descriptor before, or 0.</summary>
    OptionalPollEvents = 17,

    /// <summary>Ticks of model time, 0 to 1000.</summary>
    Ticks = 18,

    /// <summary>Ticks of model time, 0 to 1000, or -1 for no limit.</summary>
    Timeout = 19,
}

/// <summary>What a successful call returns.</summary>
public enum ResultKind : byte
{
    /// <summary>The line has no result that could be checked: <c>exit</c>, <c>exec</c>, the moves of the environment.</summary>
    None = 0,

    /// <summary>Zero.</summary>
    Zero = 1,

    /// <summary>A number of bytes; 0 is the end of the file.</summary>
    ByteCount = 2,

    /// <summary>A process by <see cref="ProcessNumber"/>; <c>waitpid</c> with <c>nohang</c> may return 0.</summary>
    Process = 3,

    /// <summary>A number of ready descriptors; 0 is the timeout.</summary>
    ReadyCount = 4,

    /// <summary>The call never succeeds; it ends with an error only.</summary>
    Never = 5,
}

/// <summary>Facts about a call that the runner and the generator branch on.</summary>
[Flags]
public enum CallFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The call may wait for something another party does.</summary>
    Blocking = 1,

    /// <summary>POSIX lets a handler end the wait with <c>EINTR</c>.</summary>
    Interruptible = 2,

    /// <summary>The call sends a signal to a named target.</summary>
    SendsSignal = 4,

    /// <summary>The call ends its process; nothing after it runs.</summary>
    EndsProcess = 8,

    /// <summary>The outputs are two resources.</summary>
    CreatesPipe = 16,

    /// <summary>The output is a child strand.</summary>
    CreatesChild = 32,

    /// <summary>The call gives its process a new image; what the caller does next is the new image's.</summary>
    ReplacesImage = 64,

    /// <summary>The output is the strand of a further thread of the caller's process.</summary>
    CreatesThread = 128,
}

/// <summary>Which strands may contain a call.</summary>
[Flags]
public enum CallerKinds : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Processes, threads and children.</summary>
    Actors = 1,

    /// <summary>Bodies of signal handlers.</summary>
    Handlers = 2,

    /// <summary>The environment's clock.</summary>
    Time = 4,

    /// <summary>The environment's interrupt lines.</summary>
    Line = 8,
}

/// <summary>One row of <see cref="CallTable"/>.</summary>
public readonly struct CallDescription
{
    private readonly ulong arguments;

    internal CallDescription(
        string name, CallerKinds callers, ResultKind result, CallFlags flags, params ReadOnlySpan<ArgumentKind> kinds)
    {
        Name = name;
        Callers = callers;
        Result = result;
        Flags = flags;
        ArgumentCount = kinds.Length;
        for (var i = 0; i < kinds.Length; i++)
        {
            arguments |= (ulong)kinds[i] << (i * 8);
        }
    }

    /// <summary>The name in scenario text.</summary>
    public string Name { get; }

    /// <summary>Which strands may make the call.</summary>
    public CallerKinds Callers { get; }

    /// <summary>What it returns.</summary>
    public ResultKind Result { get; }

    /// <summary>Facts about it.</summary>
    public CallFlags Flags { get; }

    /// <summary>How many argument words it uses.</summary>
    public int ArgumentCount { get; }

    /// <summary>How many things it creates: 2 for <c>pipe</c>, 1 for <c>fork</c> and <c>clone</c>, otherwise 0.</summary>
    public int OutputCount => Has(CallFlags.CreatesPipe) ? 2 : CreatesStrand ? 1 : 0;

    /// <summary>Whether the call creates a strand: a child or a thread.</summary>
    public bool CreatesStrand => Has(CallFlags.CreatesChild | CallFlags.CreatesThread);

    /// <summary>Whether the call may wait for another party.</summary>
    public bool IsBlocking => Has(CallFlags.Blocking);

    /// <summary>Whether POSIX lets a handler end the wait with <c>EINTR</c>.</summary>
    public bool IsInterruptible => Has(CallFlags.Interruptible);

    /// <summary>What argument word <paramref name="index"/> means; <see cref="ArgumentKind.None"/> when the call does not use
    /// it.</summary>
    public ArgumentKind ArgumentAt(int index) => (ArgumentKind)(byte)(arguments >> (index * 8));

    /// <summary>Whether <paramref name="flag"/> is set.</summary>
    public bool Has(CallFlags flag) => (Flags & flag) != 0;

    /// <summary>Whether a strand of this kind may make the call.</summary>
    public bool MayBeMadeBy(StrandKind kind) => (Callers & CallTable.CallerOf(kind)) != 0;
}
