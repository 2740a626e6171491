// Sizes of a world. The defaults are tiny on purpose: a queue chunk of two elements and a pipe of eight bytes wrap, fill and
// run out within a short run, which is where the interesting paths are. Benchmarks use real sizes.

namespace Managarm.Perf.Core;

/// <summary>Capacities and bounds of a world.</summary>
public sealed record WorldOptions
{
    /// <summary>Bytes of the arena's cold part.</summary>
    public int ArenaBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Events alive at once.</summary>
    public int EventCapacity { get; init; } = 256;

    /// <summary>Event objects of the kernel alive at once.</summary>
    public int KernelEventCapacity { get; init; } = 64;

    /// <summary>Kernel threads in a run. One that has ended keeps its place, since requests know their callers by it; each
    /// strand and each exec needs one.</summary>
    public int ThreadCapacity { get; init; } = Program.MaximumStrands + Program.MaximumCalls;

    /// <summary>Universes alive at once: one per process and server.</summary>
    public int UniverseCapacity { get; init; } = 24;

    /// <summary>Queues alive at once: one per thread and server.</summary>
    public int QueueCapacity { get; init; } = 24;

    /// <summary>Activations stacked per world.</summary>
    public int ActivationCapacity { get; init; } = 128;

    /// <summary>Operations in flight at once.</summary>
    public int OperationCapacity { get; init; } = 256;

    /// <summary>Lane ends alive at once.</summary>
    public int LaneCapacity { get; init; } = 512;

    /// <summary>Timers armed at once.</summary>
    public int TimerCapacity { get; init; } = 64;

    /// <summary>Bytes per chunk of a user thread's queue: room for two replies or one request.</summary>
    public int QueueChunkBytes { get; init; } = 256;

    /// <summary>Bytes per chunk of a server's queue.</summary>
    public int ServerQueueChunkBytes { get; init; } = 1024;

    /// <summary>Bytes that a pipe holds.</summary>
    public int PipeCapacityBytes { get; init; } = 8;

    /// <summary>Steps at most; reaching it is the verdict "progress".</summary>
    public uint MaxSteps { get; init; } = 20_000;

    /// <summary>Whether every step is checked to write only what it declares. Slow: for tests.</summary>
    public bool AuditsAccess { get; init; }

    /// <summary>Handler bodies at most per run; later handlers run empty.</summary>
    public int MaxHandlerBodies { get; init; } = 16;

    /// <summary>Timer expirations at most per run.</summary>
    public uint MaxExpirations { get; init; } = 64;
}
