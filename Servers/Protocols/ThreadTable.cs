// What a protocol remembers for each thread: one value per place of the thread's own table, in the part of the arena that a reset
// brings back. Whoever touches the value counts as touching the thread, so the value needs no kind of its own, and the access
// audit and partial-order reduction know it. All values begin as zero; a place is used again by a later thread, so who has
// changed a value of a POSIX server's thread gives it back as zero when the thread has ended. A kernel thread's place is never
// used again.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Posix;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>A value per thread.</summary>
/// <typeparam name="T">Blittable type of the value.</typeparam>
public readonly unsafe struct ThreadTable<T>
    where T : unmanaged
{
    private readonly World world;
    private readonly T* values;
    private readonly int count;
    private readonly ObjectKind kind;

    private ThreadTable(World world, int count, ObjectKind kind)
    {
        this.world = world;
        this.count = count;
        this.kind = kind;
        values = world.Arena.ReserveHot<T>(count);
    }

    /// <summary>The value of a thread, recorded as touched by the running step.</summary>
    /// <param name="thread">Index of the thread.</param>
    public ref T this[uint thread]
    {
        get
        {
            world.Writes(kind, thread);
            return ref At(thread);
        }
    }

    /// <summary>Reserves a value for each thread that the POSIX server can have.</summary>
    /// <param name="system">A system whose memory is not laid out yet.</param>
    /// <returns>The table, by index of <see cref="PosixThread"/>.</returns>
    public static ThreadTable<T> OfPosixThreads(ModelSystem system) =>
        new(system.World, Scenario.MaximumActors, ObjectKind.PosixThread);

    /// <summary>Reserves a value for each kernel thread of a run.</summary>
    /// <param name="system">A system whose memory is not laid out yet.</param>
    /// <returns>The table, by index of <see cref="KernelThread"/>, which is the thread's credentials.</returns>
    public static ThreadTable<T> OfKernelThreads(ModelSystem system) =>
        new(system.World, system.World.Options.ThreadCapacity, ObjectKind.Thread);

    /// <summary>The value of a thread; for observers, whose looks are not part of a step.</summary>
    /// <param name="thread">Index of the thread.</param>
    /// <returns>The value.</returns>
    public ref T At(uint thread)
    {
        Verify.That(thread < (uint)count, "no such thread");
        return ref values[thread];
    }
}
