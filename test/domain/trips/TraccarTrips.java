import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.traccar.helper.DistanceCalculator;
import org.traccar.model.Event;
import org.traccar.model.Position;
import org.traccar.session.state.NewMotionProcessor;
import org.traccar.session.state.NewMotionState;

/**
 * Finds trips with the classes of Traccar, at its defaults. Reads drives from the standard input, each as a line
 * `drive NAME` and a line `ms latitude longitude knots` for each fix, and prints `NAME from to meters` for each trip.
 */
public class TraccarTrips {
  static final double MIN_METERS = 200;
  static final long MIN_MS = 180_000;
  static final long GAP_MS = 3_600_000;
  static final double MIN_KNOTS = 0.01;

  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in));
    String name = null;
    List<Position> fixes = new ArrayList<>();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      if (words[0].equals("drive")) {
        print(name, fixes);
        name = words[1];
        fixes = new ArrayList<>();
      } else {
        fixes.add(toPosition(words, fixes.isEmpty() ? null : fixes.get(fixes.size() - 1)));
      }
    }
    print(name, fixes);
  }

  /** With the distance from the previous fix, and in total. */
  static Position toPosition(String[] words, Position before) {
    var position = new Position();
    position.setId(before == null ? 1 : before.getId() + 1);
    position.setFixTime(new Date(Long.parseLong(words[0])));
    position.setDeviceTime(position.getFixTime());
    position.setLatitude(Double.parseDouble(words[1]));
    position.setLongitude(Double.parseDouble(words[2]));
    position.setSpeed(Double.parseDouble(words[3]));
    double meters = before == null ? 0 : DistanceCalculator.distance(before, position);
    position.set(Position.KEY_DISTANCE, meters);
    position.set(Position.KEY_TOTAL_DISTANCE, meters + (before == null ? 0 : before.getDouble(Position.KEY_TOTAL_DISTANCE)));
    return position;
  }

  static void print(String name, List<Position> fixes) {
    if (fixes.isEmpty()) return;
    var first = fixes.get(0);
    boolean movesAtFirst = first.getSpeed() > MIN_KNOTS;
    var state = new NewMotionState();
    // Those of the last three minutes, and the one before.
    var recent = new ArrayDeque<Position>();
    state.setPositions(recent);
    state.setMotionStreak(movesAtFirst);
    state.setEventPosition(first);
    Position start = movesAtFirst ? first : null;
    for (Position fix : fixes) {
      NewMotionProcessor.updateState(state, fix, MIN_METERS, MIN_MS, GAP_MS);
      for (Event event : state.getEvents()) {
        Position at = fixes.get((int) event.getPositionId() - 1);
        if (event.getType().equals(Event.TYPE_DEVICE_MOVING)) {
          start = at;
        } else if (start != null) {
          printTrip(name, start, at);
          start = null;
        }
      }
      recent.add(fix);
      while (recent.size() > 1 && isOld(recent.stream().skip(1).findFirst().get(), fix)) recent.poll();
    }
    if (start != null) printTrip(name, start, fixes.get(fixes.size() - 1));
  }

  static boolean isOld(Position position, Position now) {
    return now.getFixTime().getTime() - position.getFixTime().getTime() >= MIN_MS;
  }

  static void printTrip(String name, Position from, Position to) {
    double meters = to.getDouble(Position.KEY_TOTAL_DISTANCE) - from.getDouble(Position.KEY_TOTAL_DISTANCE);
    System.out.println(name + " " + from.getFixTime().getTime() + " " + to.getFixTime().getTime() + " " + Math.round(meters));
  }
}
