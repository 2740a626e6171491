// The oracle's own account of requests, per kernel thread: what a server serves for it, and which cancellations it has asked for.
// It is written where servers begin and end and where threads ask, so a request that is ended as cancelled must be the one
// that its own thread has asked to cancel. Initialised when a thread begins and not at reset, since threads are many.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Servers.Oracle;

/// <summary>What the ledger knows of requests.</summary>
internal sealed unsafe class RequestBook
{
    private readonly World world;
    private readonly uint* cancelIds;
    private readonly uint* epochNumbers;
    private readonly RequestEntry* requests;

    internal RequestBook(World world)
    {
        this.world = world;
        cancelIds = world.Arena.ReserveCold<uint>(world.Options.ThreadCapacity);
        epochNumbers = world.Arena.ReserveCold<uint>(world.Options.ThreadCapacity);
        requests = world.Arena.ReserveCold<RequestEntry>(world.Options.ThreadCapacity);
    }

    /// <summary>The request that a server serves for a kernel thread.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <returns>Its entry.</returns>
    internal ref RequestEntry this[uint credentials] => ref requests[credentials];

    /// <summary>A kernel thread begins.</summary>
    /// <param name="credentials">Index of the thread.</param>
    internal void ThreadCreated(uint credentials)
    {
        cancelIds[credentials] = 0;
        epochNumbers[credentials] = 0;
        requests[credentials] = default;
    }

    /// <summary>A server begins to serve a request.</summary>
    /// <param name="credentials">Index of the calling thread.</param>
    /// <param name="kind">The call.</param>
    /// <param name="isDeaf">Whether the server never looks whether it is to end.</param>
    internal void Began(uint credentials, CallKind kind, bool isDeaf)
    {
        ref RequestEntry request = ref requests[credentials];
        request.Count++;
        request.Kind = kind;
        request.IsDeaf = isDeaf;
        request.Party = (byte)world.Scheduler.Current;
    }

    /// <summary>A server is done with a request.</summary>
    /// <param name="credentials">Index of the calling thread.</param>
    internal void Ended(uint credentials) => requests[credentials].Count--;

    /// <summary>Whether something is served for a thread that has ended.</summary>
    internal bool HasForsaken()
    {
        for (int thread = 0; thread < world.Threads.All.HighWater; thread++)
        {
            if (requests[thread].Count > 0 && world.Threads.All.At(thread).State == KernelThreadState.Dead)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A server has died, and with it what it served.</summary>
    /// <param name="party">Its party, or -1.</param>
    internal void ServerDied(int party)
    {
        for (int thread = 0; thread < world.Threads.All.HighWater; thread++)
        {
            requests[thread].Count = requests[thread].Party == party ? (byte)0 : requests[thread].Count;
        }
    }

    /// <summary>A thread asks for the cancellation of its request.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="id">Cancellation id.</param>
    internal void CancelIssued(uint credentials, uint id) => cancelIds[credentials] = id;

    /// <summary>The epoch of a thread's guard is cancelled, and with it what the thread asks the POSIX server for.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="number">Number of the epoch.</param>
    internal void EpochCancelled(uint credentials, uint number) => epochNumbers[credentials] = number;

    /// <summary>Whether a thread has asked for a cancellation.</summary>
    /// <param name="credentials">Index of the thread.</param>
    /// <param name="id">Cancellation id, or number of the epoch that the request was served under.</param>
    /// <returns>True when it has, or its epoch is cancelled.</returns>
    internal bool IsCancelAsked(uint credentials, uint id) => cancelIds[credentials] == id || epochNumbers[credentials] == id;
}
