// Sizes of a world. The defaults are tiny on purpose: a queue chunk of two elements and a pipe of eight bytes wrap, fill and
// run out within a short run, which is where the interesting paths are. Benchmarks use real sizes.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Core;

/// <summary>Capacities and bounds of a world.</summary>
public sealed record WorldOptions
{
    /// <summary>Bytes of the arena's cold part.</summary>
    public int ArenaBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Events alive at once.</summary>
    public int EventCapacity { get; init; } = RunLimits.Waits;

    /// <summary>Cancel sources alive at once.</summary>
    public int CancelSourceCapacity { get; init; } = RunLimits.CancelSources;

    /// <summary>Event objects of the kernel alive at once.</summary>
    public int KernelEventCapacity { get; init; } = RunLimits.KernelEvents;

    /// <summary>Kernel threads in a run. One that has ended keeps its place, since requests know their callers by it; each
    /// strand and each exec needs one.</summary>
    public int ThreadCapacity { get; init; } = Scenario.MaximumStrands + Scenario.MaximumCalls;

    /// <summary>Universes alive at once: one per process and server.</summary>
    public int UniverseCapacity { get; init; } = Scenario.MaximumProcesses + RunLimits.Servers;

    /// <summary>Queues alive at once: one per thread and server.</summary>
    public int QueueCapacity { get; init; } = Scenario.MaximumActors + RunLimits.Servers;

    /// <summary>Threads that have not ended, at once.</summary>
    public int LiveThreadCapacity { get; init; } = Scenario.MaximumActors;

    /// <summary>Activations that a thread's stack holds.</summary>
    public int MaxActivationDepth { get; init; } = RunLimits.ActivationDepth;

    /// <summary>Operations in flight at once.</summary>
    public int OperationCapacity { get; init; } = RunLimits.Operations;

    /// <summary>Lane ends alive at once.</summary>
    public int LaneCapacity { get; init; } = RunLimits.LaneEnds;

    /// <summary>Timers armed at once.</summary>
    public int TimerCapacity { get; init; } = RunLimits.CallsMade;

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
    public int MaxHandlerBodies { get; init; } = RunLimits.HandlerBodies;

    /// <summary>Calls at most that handlers make in a run; a body that would exceed them runs empty.</summary>
    public int MaxHandlerCalls { get; init; } = RunLimits.HandlerCalls;

    /// <summary>Timer expirations at most per run.</summary>
    public uint MaxExpirations { get; init; } = 64;
}
