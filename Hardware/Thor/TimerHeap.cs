// The deadlines of one processor as a binary heap of timer numbers. The place of each is kept beside it, so that a cancelled
// one is taken out of the middle. Ties go to the timer that was armed first. thor has a pairing heap; what is observable is the
// same.

using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Time;

namespace Managarm.Perf.Hardware.Thor;

/// <summary>Deadlines of one processor, earliest first.</summary>
internal readonly unsafe struct TimerHeap
{
    private readonly Slab<ArmedTimer> timers;
    private readonly short* places;
    private readonly short* placeOf;
    private readonly int* count;

    internal TimerHeap(Arena arena, Slab<ArmedTimer> timers, int capacity)
    {
        this.timers = timers;
        places = arena.ReserveCold<short>(capacity);
        placeOf = arena.ReserveCold<short>(capacity);
        count = arena.ReserveHot<int>(1);
    }

    internal int Count => *count;

    /// <summary>Number of the timer that is due first; the heap must not be empty.</summary>
    internal int First => places[0];

    internal void Insert(int timer)
    {
        Put((*count)++, timer);
        MoveUp(*count - 1);
    }

    internal void Remove(int timer)
    {
        int place = placeOf[timer];
        int last = places[--*count];
        if (last == timer)
        {
            return;
        }

        Put(place, last);
        MoveUp(place);
        MoveDown(placeOf[last]);
    }

    private void MoveUp(int place)
    {
        while (place > 0 && IsEarlier(places[place], places[(place - 1) / 2]))
        {
            Swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    private void MoveDown(int place)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child + 1 < *count && IsEarlier(places[child + 1], places[child]))
            {
                child++;
            }

            if (child >= *count || !IsEarlier(places[child], places[place]))
            {
                return;
            }

            Swap(child, place);
            place = child;
        }
    }

    private void Swap(int one, int other)
    {
        int timer = places[one];
        Put(one, places[other]);
        Put(other, timer);
    }

    private void Put(int place, int timer)
    {
        places[place] = (short)timer;
        placeOf[timer] = (short)place;
    }

    private bool IsEarlier(int one, int other)
    {
        ref ArmedTimer left = ref timers.At(one);
        ref ArmedTimer right = ref timers.At(other);
        return left.DeadlineTicks != right.DeadlineTicks
            ? left.DeadlineTicks < right.DeadlineTicks
            : left.Order < right.Order;
    }
}
