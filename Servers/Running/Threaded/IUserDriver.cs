// The world outside of the model, as the threaded host's user side sees it: decides when devices have input and signals arrive,
// and when it is enough. It runs on the user's OS thread, between user code, so what it measures has one clock and no races.

namespace Managarm.Perf.Servers.Running.Threaded;

/// <summary>Drives a run of the threaded host.</summary>
public interface IUserDriver
{
    /// <summary>Whether the run may end; asked whenever no user thread can run.</summary>
    bool IsDone { get; }

    /// <summary>No user thread can run and nothing has arrived from the kernel's side.</summary>
    void Idle();
}
