// A strand is a sequence of calls that somebody makes in order: the main thread of a process that exists from the start, a
// further thread, a child made by fork, the body of a signal handler, and the two strands of the environment (time, interrupt
// line). Processes are named by the strand of their main thread. A further thread exists from the start, then its process does
// too, or it is made by clone in any process. A handler belongs to a process, not to a thread: it runs as an activation on
// whichever thread takes the signal. Indices of other strands are sbyte with -1 for none.

namespace Managarm.Perf.Core.Calls;

/// <summary>One strand of a <see cref="Scenario"/>; unmanaged.</summary>
public struct Strand
{
    /// <summary>Who makes the calls.</summary>
    public StrandKind Kind;

    /// <summary>The strand of the process this runs in: itself for processes and children, -1 for the environment.</summary>
    public sbyte Process;

    /// <summary>For a child the strand of the process that forks it, for a cloned thread that of its own process, otherwise
    /// -1.</summary>
    public sbyte Parent;

    /// <summary>For a handler the index of its signal in <see cref="SignalTable"/>, otherwise -1.</summary>
    public sbyte Signal;

    /// <summary>The actor's name; empty for handlers and the environment.</summary>
    public ShortName Name;

    /// <summary>Whether the strand is the main thread of a process.</summary>
    public readonly bool IsProcess => Kind is StrandKind.Process or StrandKind.Child;

    /// <summary>Whether the strand is a thread: can be a party, be blocked, be the target of <c>tgkill</c>.</summary>
    public readonly bool IsActor => Kind is StrandKind.Process or StrandKind.Thread or StrandKind.Child;

    /// <summary>Whether the strand is a thread that <c>clone</c> creates; it does not exist from the start.</summary>
    public readonly bool IsCloned => Kind == StrandKind.Thread && Parent != Scenario.None;

    /// <summary>Whether a call creates the strand: exactly one <c>fork</c> or <c>clone</c>.</summary>
    public readonly bool IsCreated => Kind == StrandKind.Child || IsCloned;

    /// <summary>The strand of a process that exists from the start and will have index <paramref name="self"/>.</summary>
    public static Strand ForProcess(int self, ShortName name) =>
        new() { Kind = StrandKind.Process, Process = (sbyte)self, Parent = Scenario.None, Signal = Scenario.None, Name = name };

    /// <summary>The strand of a further thread of <paramref name="process"/>.</summary>
    public static Strand ForThread(int process, ShortName name) =>
        new() { Kind = StrandKind.Thread, Process = (sbyte)process, Parent = Scenario.None, Signal = Scenario.None, Name = name };

    /// <summary>The strand of a thread that <c>clone</c> creates in <paramref name="process"/>.</summary>
    public static Strand ForClone(int process, ShortName name) => new()
    {
        Kind = StrandKind.Thread,
        Process = (sbyte)process,
        Parent = (sbyte)process,
        Signal = Scenario.None,
        Name = name,
    };

    /// <summary>The strand of a child of <paramref name="parent"/> that will have index <paramref name="self"/>.</summary>
    public static Strand ForChild(int self, int parent, ShortName name) =>
        new() { Kind = StrandKind.Child, Process = (sbyte)self, Parent = (sbyte)parent, Signal = Scenario.None, Name = name };

    /// <summary>The strand of the handler of the signal with index <paramref name="signal"/> in <paramref
    /// name="process"/>.</summary>
    public static Strand ForHandler(int process, int signal) =>
        new() { Kind = StrandKind.Handler, Process = (sbyte)process, Parent = Scenario.None, Signal = (sbyte)signal };

    /// <summary>A strand of the environment: <see cref="StrandKind.Time"/> or <see cref="StrandKind.Line"/>.</summary>
    public static Strand ForEnvironment(StrandKind kind) =>
        new() { Kind = kind, Process = Scenario.None, Parent = Scenario.None, Signal = Scenario.None };

    /// <summary>Whether both strands are the same, names included.</summary>
    public readonly bool ContentEquals(in Strand other) =>
        Kind == other.Kind && Process == other.Process && Parent == other.Parent && Signal == other.Signal && Name == other.Name;
}

/// <summary>Who makes the calls of a strand.</summary>
public enum StrandKind : byte
{
    /// <summary>A cleared slot.</summary>
    None = 0,

    /// <summary>The main thread of a process that exists from the start.</summary>
    Process = 1,

    /// <summary>A further thread of a process, which exists from the start or is created by <c>clone</c>.</summary>
    Thread = 2,

    /// <summary>The main thread of a process created by <c>fork</c>.</summary>
    Child = 3,

    /// <summary>The body of the handler of one signal in one process.</summary>
    Handler = 4,

    /// <summary>The environment's clock.</summary>
    Time = 5,

    /// <summary>The environment's interrupt lines.</summary>
    Line = 6,
}
