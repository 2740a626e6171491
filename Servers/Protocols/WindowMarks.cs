// The marks of a run: for each repair that is off, whether and where it would have acted. A mark is what makes a window a
// candidate for the cause of a violation. Marks are an observer's: they are in managed memory outside of the arena, and no hash
// and no feature has them. Nothing in the model reads them; where a cancel has missed is remembered for other marks only.


using Managarm.Perf.Core;

namespace Managarm.Perf.Servers.Protocols;

/// <summary>Where repairs that are off would have acted.</summary>
public sealed class WindowMarks
{
    private const int Bits = 64;

    private readonly World world;
    private readonly uint[] steps = new uint[Bits];
    private readonly sbyte[] parties = new sbyte[Bits];
    private readonly MissedCancel[] missed;

    internal WindowMarks(World world)
    {
        this.world = world;
        missed = new MissedCancel[world.Options.ThreadCapacity];
    }

    /// <summary>The repairs that would have acted.</summary>
    public Repairs Seen { get; private set; }

    /// <summary>Step at which a repair would have acted first.</summary>
    /// <param name="repair">One that is among <see cref="Seen"/>.</param>
    /// <returns>The step.</returns>
    public uint StepOf(Repairs repair) => steps[IndexOf(repair)];

    /// <summary>Party whose step that was.</summary>
    /// <param name="repair">One that is among <see cref="Seen"/>.</param>
    /// <returns>Its number.</returns>
    public int PartyOf(Repairs repair) => parties[IndexOf(repair)];

    internal void Reset()
    {
        Seen = Repairs.None;
        Array.Clear(missed);
    }

    internal void Mark(Repairs repair)
    {
        var fresh = (ulong)(repair & ~Seen);
        Seen |= repair;
        for (; fresh != 0; fresh &= fresh - 1)
        {
            int bit = System.Numerics.BitOperations.TrailingZeroCount(fresh);
            steps[bit] = world.Scheduler.Steps;
            parties[bit] = (sbyte)world.Scheduler.Current;
        }
    }

    /// <summary>Remembers a cancel that has found nothing.</summary>
    internal void Miss(uint credentials, in MissedCancel cancel) => missed[credentials] = cancel;

    /// <summary>Whether a request that is now registered was sent before a cancel that has missed it.</summary>
    internal bool WasMissed(uint credentials, in MissedCancel request)
    {
        ref MissedCancel cancel = ref missed[credentials];
        return request.Id != 0 && cancel.Id == request.Id && cancel.Lane == request.Lane && request.Number < cancel.Number;
    }

    private static int IndexOf(Repairs repair) => System.Numerics.BitOperations.TrailingZeroCount((ulong)repair);
}

/// <summary>A request or cancel, by its place on a lane.</summary>
/// <param name="Id">Cancellation id.</param>
/// <param name="Lane">Serving loop; 0 for the thread's posix lane.</param>
/// <param name="Number">Place in its order.</param>
internal readonly record struct MissedCancel(uint Id, uint Lane, uint Number);
