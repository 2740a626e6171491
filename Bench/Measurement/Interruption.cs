// What a signal from outside does to a long measurement: the first SIGINT or SIGTERM lets it end in order, with its children
// ended and its worktrees removed, and the second ends the process. Only commands that ask for it watch; all others end at
// once, as the system would have it. Signals belong to the process, so this is one state for the process.

using System.Runtime.InteropServices;

namespace Managarm.Perf.Bench;

/// <summary>Whether somebody wants the process to end.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly CancellationTokenSource Source = new();

    private readonly PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    private readonly PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    private Interruption()
    {
    }

    /// <summary>Whether a signal came while a command watched.</summary>
    internal static bool IsRequested => Source.IsCancellationRequested;

    /// <summary>Set by the first signal.</summary>
    internal static CancellationToken Token => Source.Token;

    /// <summary>Watches until disposed.</summary>
    /// <returns>The registration.</returns>
    internal static Interruption Watch() => new();

    /// <summary>Leaves a signal from the terminal to the process that started this one, which ends it by its input.</summary>
    /// <returns>The registration.</returns>
    internal static IDisposable LeaveToParent() =>
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

    /// <summary>Ends the work in hand after a signal.</summary>
    /// <exception cref="ChildException">A signal came.</exception>
    internal static void ThrowIfRequested()
    {
        if (IsRequested)
        {
            throw new ChildException("interrupted", BenchExitCode.Interrupted);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
    }

    private static void Stop(PosixSignalContext context)
    {
        context.Cancel = !IsRequested;
        Source.Cancel();
    }
}
